/** `npm start`, as a newcomer runs it: in a fresh copy, in a folder whose name has a space. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ROOT, run } from '../src/run.ts'

const MAIN = join(ROOT, 'examples/bedrock-api/dist/main.mjs')
const ANY_PORTS = ['--port', '0', '--appconfig-port', '0']

let folder: string
let copy: string
let temporary: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'npm-start-'))
  copy = join(folder, 'a folder', 'appconfig kit')
  temporary = join(folder, 'temporary')
  mkdirSync(temporary)
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  for (const file of files.split('\n').filter((name) => name !== '' && existsSync(join(ROOT, name))))
    cpSync(join(ROOT, file), join(copy, file))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface OnScreen {
  /** All that a person sees. */
  readonly screen: () => string
  printed(pattern: RegExp): Promise<void>
  /** Ctrl-C: a terminal sends it to every process of the command. */
  interrupt(): void
  readonly ended: Promise<unknown[]>
}

function onScreen(command: string, args: readonly string[], cwd: string): OnScreen {
  const { NODE_ENV: _, VITEST: __, ...inherited } = process.env
  const child = spawn('sh', ['-c', 'exec "$@" 2>&1', 'sh', command, ...args], {
    cwd,
    env: { ...inherited, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more
  })
  const ended = once(child, 'close')
  return {
    screen: () => text,
    async printed(pattern) {
      while (!pattern.test(text)) {
        const over = await Promise.race([once(child.stdout, 'data'), ended.then(() => 'over')])
        if (over === 'over' && !pattern.test(text)) throw new Error(`It ended:\n${text}`)
      }
    },
    interrupt: () => process.kill(-(child.pid ?? 0), 'SIGINT'),
    ended,
  }
}

const leftBehind = () => readdirSync(temporary).filter((name) => name.startsWith('bedrock-api-'))

it('runs in a folder whose name has a space, says last what to try, and ends quietly by Ctrl-C', {
  timeout: 300_000,
}, async () => {
  const started = onScreen('npm', ['start', '--', ...ANY_PORTS], copy)

  await started.printed(/Stop: Ctrl-C\n/)
  const before = started.screen()
  const during = leftBehind()
  started.interrupt()
  const [code, signal] = await started.ended

  expect(before).toMatch(/listening on http[\s\S]*Stop: Ctrl-C\n\n?$/)
  expect(before.match(/NodeVersionSupportWarning/g)?.length ?? 0).toBeLessThanOrEqual(1)
  expect(before).not.toMatch(/Ignored build scripts|ELIFECYCLE/)
  expect(during).toHaveLength(1)
  expect(started.screen().slice(before.length).trim()).toBe('')
  // Some versions of npm end by the signal they got.
  expect([0, 'SIGINT']).toContain(code ?? signal)
  expect(leftBehind()).toEqual([])
})

it.each(['port', 'appconfig-port'])('names the option of a --%s that is taken', async (option) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo

  const { code, stdout, stderr } = await run(
    process.execPath,
    [MAIN, ...ANY_PORTS, `--${option}`, String(port)],
    ROOT,
    { TMPDIR: temporary },
  )
  taken.close()

  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(
    new RegExp(
      `^Port ${port} cannot be had .*EADDRINUSE.* by --${option}, or 0 for a free one: npm start .*$`,
    ),
  )
  expect(leftBehind()).toEqual([])
})
