/**
 * OpenFeature's own web SDK and provider in a real browser, an application on Express and our local AppConfig.
 *
 * Left out where Chromium is not installed, unless APPCONFIG_KIT_CHROMIUM=required.
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type AppConfigClient, createAppConfig, isEnabled } from '@appconfig-kit/core'
import { appConfig, ofrep } from '@appconfig-kit/express'
import { build } from 'esbuild'
import express from 'express'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BROWSER, startBrowser, type Watched, watch } from '../src/browser.ts'
import { ROOT } from '../src/run.ts'
import { APPLICATION, ENVIRONMENT, startWorld, type World } from '../src/world.ts'

const required = process.env['APPCONFIG_KIT_CHROMIUM'] === 'required'
const leaveOut = !required && BROWSER === undefined
const title = `OFREP in Chromium${leaveOut ? ' (left out: chromium is not installed)' : ''}`

/** What an application's own log-in gives out. */
const TENANT_OF_SESSION: Readonly<Record<string, string>> = { 'session-a': 'acme', 'session-g': 'globex' }
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:"
/** A text that would end the element it is in. */
const COLOR = '</script><script>alert(1)</script>'

describe.skipIf(leaveOut)(title, { timeout: 60_000 }, () => {
  let browser: Browser
  let script: string
  let world: World
  let client: AppConfigClient
  let url: string
  let close: () => void

  beforeAll(async () => {
    const bundled = build({
      entryPoints: [`${ROOT}/test/src/drivers/ofrep-page.mjs`],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
    })
    browser = await startBrowser()
    script = (await bundled).outputFiles[0]?.text as string
  })
  afterAll(() => browser?.close())

  beforeEach(async () => {
    world = await startWorld()
    await world.deploy('default', { featureA: false, secret: 'swordfish' })
    await world.deploy('tenant-acme', { featureA: true, color: { enabled: true, value: COLOR } })
    await world.deploy('tenant-globex', {})
    client = createAppConfig({
      application: APPLICATION,
      environment: ENVIRONMENT,
      layers: ['default', (tenant) => `tenant-${tenant.id}`],
      source: world.source,
      clock: world.clock,
      logger: false,
    })
    const app = express()
    const flags = ofrep(client, {
      expose: ['featureA', 'color'],
      changeStream: { repeatAfterSeconds: 0 },
    })
    app.get('/page.js', (_req, res) => res.type('js').send(script))
    app.use(
      appConfig({
        client,
        tenant: ({ headers }) => TENANT_OF_SESSION[headers.cookie?.replace('session=', '') ?? ''],
      }),
    )
    app.use(flags)
    app.get('/', (req, res) => {
      const brought = `<script type="application/json" id="flags">${flags.firstPaint(req)}</script>`
      const shown = isEnabled(req.config, 'featureA') ? 'new' : 'old'
      const isBare = req.query['bare'] !== undefined
      res.set('Content-Security-Policy', POLICY).send(
        `<!doctype html><html lang="en"><head><title>Search</title><link rel="icon" href="data:,"></head>
         <body><main>${isBare ? '' : shown}</main>${isBare ? '' : brought}<script type="module" src="/page.js"></script>`,
      )
    })
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    close = () => {
      server.close()
      server.closeAllConnections()
    }
  })
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    close()
    await client.close()
    await world.close()
  })

  interface Visit {
    readonly page: Page
    readonly watched: Watched
    /** How often flags were asked for. */
    questions(): number
    /** All that was painted, frame by frame, each text once in a row. */
    painted(): Promise<readonly string[]>
    shows(text: string): Promise<void>
  }

  async function visit(session: string, path = '/'): Promise<Visit> {
    const context = await browser.newContext()
    await context.addCookies([{ name: 'session', value: session, url }])
    const page = await context.newPage()
    const watched = watch(page)
    // Before any script of the page's own, and outside of its policy.
    await page.addInitScript(`globalThis.painted = []
      ;(function look() {
        const text = document.querySelector('main')?.textContent
        if (text && text !== painted.at(-1)) painted.push(text)
        requestAnimationFrame(look)
      })()`)
    await page.goto(`${url}${path}`)
    return {
      page,
      watched,
      questions: () => watched.requests.filter((each) => each.includes('/ofrep/v1/evaluate/flags')).length,
      painted: () =>
        page.evaluate(
          'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(painted))))',
        ),
      // The script, and not only the server, has painted it.
      shows: (text) => page.locator('main[title]', { hasText: text }).waitFor(),
    }
  }

  it('paints first what the tenant has, without asking and without a flash', async () => {
    const bare = await visit('session-a', '/?bare')
    await bare.shows('new')
    // So a flash would be seen.
    expect(await bare.painted()).toEqual(['old', 'new'])
    expect(bare.questions()).toBe(1)

    const { page, watched, questions, painted, shows } = await visit('session-a')
    await shows('new')
    expect(await painted()).toEqual(['new'])
    expect(questions()).toBe(0)
    expect(await page.locator('main').getAttribute('title')).toBe(`STATIC ${COLOR}`)
    expect(watched.complaints).toEqual([])
    expect(await page.content()).not.toContain('swordfish')
  })

  it('shows a deployment without a reload, to the tenant concerned alone', async () => {
    const acme = await visit('session-a')
    const globex = await visit('session-g')
    await acme.shows('new')
    await globex.shows('old')

    await world.deploy('tenant-acme', { featureA: false })
    world.passInterval()
    await acme.shows('old')
    expect([acme.questions(), globex.questions()]).toEqual([1, 0])

    await world.deploy('tenant-globex', { featureA: true })
    world.passInterval()
    await globex.shows('new')
    expect([acme.questions(), globex.questions()]).toEqual([1, 1])
    expect(await acme.painted()).toEqual(['new', 'old'])
    expect(acme.watched.requests.filter((each) => each === `${url}/`)).toHaveLength(1)
    expect([...acme.watched.complaints, ...globex.watched.complaints]).toEqual([])
  })

  it("gives a tenant that asks for another's flags its own", async () => {
    const { page, shows, questions } = await visit('session-g', '/?bare&targetingKey=acme')
    await shows('old')
    expect(questions()).toBe(1)
    expect(await page.locator('main').getAttribute('title')).toBe('STATIC none')

    const answers = await page.evaluate(`Promise.all(
      [{ targetingKey: 'acme' }, { tenant: { id: 'acme' }, tenantId: 'acme', tier: 'pro', cell: 'prod-01' }].map(async (context) => {
        const response = await fetch('/ofrep/v1/evaluate/flags/featureA?tenant=acme', {
          method: 'POST', headers: { 'X-Tenant': 'acme' }, body: JSON.stringify({ context, tenant: 'acme' }),
        })
        return (await response.json()).value
      }),
    )`)
    expect(answers).toEqual([false, false])
  })
})
