/**
 * A real browser: Debian's Chromium, without a window.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { ROOT } from './run.ts'

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The browser that is installed, if one is. */
export const BROWSER: string | undefined = PROGRAMS.find(
  (program) => spawnSync(program, ['--version']).status === 0,
)

export function startBrowser(): Promise<Browser> {
  // In a container there may be neither user namespaces nor much shared memory.
  const args = ['--no-sandbox', '--disable-dev-shm-usage']
  return chromium.launch({ args, executablePath: BROWSER ?? (PROGRAMS[0] as string) })
}

/** What the page did that a person would not see. */
export interface Watched {
  /** The URLs of all requests. */
  readonly requests: string[]
  /** Errors, complaints of the content security policy, and dialogs of scripts. */
  readonly complaints: string[]
}

/** Watches a page from now on. */
export function watch(page: Page): Watched {
  const watched: Watched = { requests: [], complaints: [] }
  page.on('request', (request) => watched.requests.push(request.url()))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') watched.complaints.push(message.text())
  })
  page.on('pageerror', (error) => watched.complaints.push(String(error)))
  page.on('dialog', (dialog) => {
    watched.complaints.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  return watched
}

/** What axe finds wrong with the page as it is now: a line for each element. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => (globalThis as never as { axe: typeof axe }).axe.run())
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

const PICTURES = join(ROOT, 'test/node_modules/.pictures')

/** Keeps a picture of the whole page, for people to look at. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true })
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true })
}
