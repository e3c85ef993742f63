/**
 * The console in a real browser: a story of `appconfig-kit dev`, and a page in an application that some may not see.
 *
 * They are left out where Chromium is not installed, unless APPCONFIG_KIT_CHROMIUM=required. Pictures are kept in
 * `test/node_modules/.pictures`.
 */
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { consoleRouter } from '@appconfig-kit/console'
import { createAppConfig, isEnabled, memory } from '@appconfig-kit/core'
import express from 'express'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { axeViolations, BROWSER, keepPicture, startBrowser, watch } from '../src/browser.ts'
import { ROOT, start } from '../src/run.ts'

const required = process.env['APPCONFIG_KIT_CHROMIUM'] === 'required'
const leaveOut = !required && BROWSER === undefined
const title = `the console in Chromium${leaveOut ? ' (left out: chromium is not installed)' : ''}`

const PROGRAM = join(ROOT, 'packages/cli/bin/appconfig-kit.mjs')
const MARKUP = '<img src=x onerror=alert(1)>'
const CHECKOUT = {
  _variants: [
    { name: 'oneClick', enabled: true, rule: '(and (eq $tier "pro") (eq $country "DE"))' },
    { name: 'control', enabled: true, attributeValues: { steps: 4 } },
  ],
}

describe.skipIf(leaveOut)(title, { timeout: 120_000 }, () => {
  let browser: Browser
  const folder = mkdtempSync(join(tmpdir(), 'console-'))

  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function write(file: string, content: unknown): void {
    const path = join(folder, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, JSON.stringify(content))
  }

  /** A minute of AppConfig is a second and a half. */
  async function dev(directory: string, ready: RegExp, more: readonly string[] = []) {
    const ports = ['--port', '0', '--agent-port', '0', '--console-port', '0']
    const pace = ['--speed', '40', '--strategy', 'AppConfig.Linear50PercentEvery30Seconds']
    const program = start(process.execPath, [
      PROGRAM,
      'dev',
      ...ports,
      ...pace,
      ...more,
      '--directory',
      directory,
    ])
    onTestFinished(() => void program.process.kill('SIGKILL'))
    const [, endpoint = ''] = await program.printed(/AppConfig +(\S+)/)
    const [, url = ''] = await program.printed(/console +(\S+)/)
    await program.printed(ready)
    return { url, endpoint }
  }

  it('plays a story: deploy, watch the bar, explain, compare, revert', async () => {
    write('api/prod-01/default.json', {
      temperature: 0.2,
      search: true,
      checkout: CHECKOUT,
      [MARKUP]: MARKUP,
    })
    write('api/prod-01/tier-pro.json', { limits: { requestsPerMinute: 600 } })
    write('api/prod-01/tenant-acme.json', { search: false })
    const { url } = await dev(folder, /tenant-acme: deployment \d+, version 1: COMPLETE/)
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' })
    const watched = watch(page)
    await page.goto(url)
    await page.getByText('live', { exact: true }).waitFor()

    // Explain a tenant that nobody has asked for: it is loaded only by a click.
    await type(page, 'Tenant', { Id: 'acme', Tier: 'pro' })
    await page.getByText('Attributes and context').click()
    await page.getByLabel('Context of the request').fill('country=DE')
    await page.getByRole('button', { name: 'Explain' }).click()
    await page.getByRole('button', { name: 'Load acme' }).click()
    await row(page, 'temperature', /0\.2.*api\/prod-01\/default [0-9a-f]{12}/)
    await row(page, 'search', /false.*api\/prod-01\/tenant-acme [0-9a-f]{12}/)
    await row(page, MARKUP, /<img src=x onerror=alert\(1\)>/)
    await page.getByText('(eq $country "DE")', { exact: true }).waitFor()
    await page.getByText('country is "DE"').waitFor()
    expect(await page.locator('img').count()).toBe(0)

    // Deploy: the bar moves, and what the tenant gets is new without a click.
    write('api/prod-01/default.json', {
      temperature: 0.9,
      search: true,
      checkout: CHECKOUT,
      [MARKUP]: MARKUP,
    })
    const bar = page.getByRole('progressbar', { name: /of api\/prod-01\/default/ })
    await bar.waitFor()
    await page.getByText(/^[1-9]\d? %$/).waitFor()
    await keepPicture(page, 'console-deploying')
    await bar.waitFor({ state: 'detached' })
    await row(page, 'temperature', /0\.9/)

    // Two side by side.
    await page.getByRole('button', { name: 'Compare with another' }).click()
    await type(page, 'Tenant B', { Id: 'other', Tier: '' })
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    await page.getByRole('button', { name: 'Load B: other' }).click()
    await page.getByText(/They differ in \d keys\./).waitFor()
    await page.getByLabel('Only what differs').check()
    await row(page, 'search', /differs.*false.*true/)
    expect(await page.getByRole('rowheader', { name: 'temperature' }).count()).toBe(0)
    await page.getByLabel('Only what differs').uncheck()

    await looksGood(page)

    // Revert, by keyboard alone: once thought better of, once not.
    const revert = page.getByRole('button', { name: 'Revert deployment 4 of api/prod-01/default' })
    await revert.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Revert deployment 4?' }).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await revert.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Cancel' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByText('reverted', { exact: true }).waitFor()
    await row(page, 'temperature', /0\.2.*0\.2/)

    expect(watched.complaints).toEqual([])
    expect(watched.requests.filter((each) => !each.startsWith(url))).toEqual([])
    expect(watched.requests.length).toBeGreaterThan(10)
  })

  it('shows a rollout as waves, while another terminal runs it', async () => {
    write('waves/api/dev/default.json', { a: 1 })
    write('waves/api/prod-01/default.json', { a: 1 })
    write('v2.json', { a: 2 })
    const strategy = 'AppConfig.Linear50PercentEvery30Seconds'
    const waves = ['dev', 'prod-01'].map((name) => ({ name, strategy }))
    write('plan.json', { application: 'api', profile: 'default', waves })
    const plan = join(folder, 'plan.json')
    const ready = /prod-01\/default: deployment \d+, version \d: COMPLETE/
    const { url, endpoint } = await dev(join(folder, 'waves'), ready, ['--rollout', plan])
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' })
    await page.goto(url)
    const rollouts = page.getByRole('region', { name: 'Rollouts' })
    await rollouts.getByText('There are none yet.').waitFor()

    const run = ['rollout', 'run', plan, join(folder, 'v2.json'), '--label', 'v2', '--endpoint', endpoint]
    const terminal = start(process.execPath, [PROGRAM, ...run])
    onTestFinished(() => void terminal.process.kill('SIGKILL'))

    const wave = (name: string) =>
      rollouts
        .getByRole('list', { name: 'Waves of default v2' })
        .getByRole('listitem')
        .filter({ has: page.getByRole('heading', { name }) })
    await wave('dev').getByText('under way').waitFor()
    await wave('prod-01').getByText('to do').waitFor()
    await wave('prod-01').getByRole('progressbar', { name: 'Progress of v2 in prod-01' }).waitFor()
    await wave('dev').getByText('done').waitFor()
    await looksGood(page, 'console-waves', [LOOKS[0], LOOKS[3]])
    await rollouts.getByText('2 of 2 done').waitFor()
  })

  it('in an application, asks for nothing that is not authorized, and says when it no longer is', async () => {
    const client = createAppConfig({
      application: 'api',
      environment: 'dev',
      layers: ['default'],
      source: memory({ default: { secret: 'swordfish', search: true, checkout: CHECKOUT } }),
    })
    onTestFinished(() => client.close())
    await client.start()
    let isOperator = true
    let authorized = 0
    const router = consoleRouter(client, {
      authorize() {
        authorized++
        return isOperator
      },
    })
    const app = express()
    let arrived = 0
    app.use((_req, _res, next) => {
      arrived++
      next()
    })
    app.use('/ops/console', router)
    const url = await listen(app.listen(0, '127.0.0.1'))
    const page = await browser.newPage()
    const watched = watch(page)

    await page.goto(`${url}/ops/console/`)
    await page.getByText('live', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Explain' }).click()
    await row(page, 'secret', /a text/)
    expect(await page.content()).not.toContain('swordfish')
    expect(await page.getByRole('heading', { name: 'Deployments' }).count()).toBe(0)

    // What the application decides is seen without a click: twice the one, once the other.
    for (const flag of ['search', 'checkout', 'search']) {
      const config = await client.resolve({ id: 'acme', tier: 'pro' }, { context: { country: 'DE' } })
      isEnabled(config, flag as never)
    }
    const decided = page.getByRole('region', { name: 'Decided lately' })
    const card = (flag: string) =>
      decided.getByRole('listitem').filter({ has: page.getByRole('heading', { name: flag }) })
    await card('checkout').filter({ hasText: 'oneClick' }).filter({ hasText: 'targeting match' }).waitFor()
    await card('search')
      .filter({ hasText: /times\s*2/ })
      .waitFor()
    expect(await decided.textContent()).not.toContain('acme')
    await looksGood(page, 'console-decided', [LOOKS[0], LOOKS[3]])

    isOperator = false
    await page.getByRole('button', { name: 'Explain' }).click()
    await page.getByText('You are not allowed to see this, or no longer.').waitFor()
    router.close()
    await page.getByText('connection lost').waitFor()
    const refused = page.waitForResponse((response) => response.status() === 403)
    await page.reload().catch(() => {})
    expect((await refused).url()).toBe(`${url}/ops/console/`)

    expect(authorized).toBe(arrived)
    expect(watched.requests.length).toBeGreaterThan(5)
    expect(watched.requests.filter((each) => !each.startsWith(`${url}/ops/console/`))).toEqual([])
  })
})

async function type(page: Page, legend: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const group = page.getByRole('group', { name: legend, exact: true })
  for (const [label, text] of Object.entries(fields))
    await group.getByLabel(label, { exact: false }).fill(text)
}

/** Waits for the row of a key to say that. */
async function row(page: Page, key: string, text: RegExp): Promise<void> {
  const header = page.getByRole('rowheader', { name: key })
  await page.getByRole('row').filter({ has: header }).filter({ hasText: text }).waitFor()
}

const LOOKS = [
  { look: 'light', width: 1280, colorScheme: 'light' },
  { look: 'dark', width: 1280, colorScheme: 'dark' },
  { look: 'narrow', width: 360, colorScheme: 'light' },
  { look: 'narrow-dark', width: 360, colorScheme: 'dark' },
] as const

/** By axe, and by its width; the pictures are for people. */
async function looksGood(
  page: Page,
  name = 'console',
  looks: readonly (typeof LOOKS)[number][] = LOOKS,
): Promise<void> {
  for (const { look, width, colorScheme } of looks) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await keepPicture(page, `${name}-${look}`)
    expect([look, await axeViolations(page)]).toEqual([look, []])
    expect([look, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([look, width])
  }
  await page.setViewportSize({ width: 1280, height: 900 })
}

async function listen(server: Server): Promise<string> {
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
