/** A minute of the soak: see test/bench/soak.mjs, which takes half an hour unless told otherwise. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ROOT, run } from '../src/run.ts'

interface Row {
  readonly name: string
  readonly value: number
}

it('an API of 2,000 tenants fails no request on its configuration in a minute of trouble', {
  timeout: 240_000,
}, async () => {
  const into = mkdtempSync(join(tmpdir(), 'soak-'))
  onTestFinished(() => rmSync(into, { recursive: true }))

  const { code, stdout, stderr } = await run(
    process.execPath,
    ['test/bench/soak.mjs', '--seconds', '60', '--into', into],
    ROOT,
  )

  expect(code, `${stdout}\n${stderr}`).toBe(0)
  const { rows } = JSON.parse(readFileSync(join(into, 'soak.json'), 'utf8')) as {
    readonly rows: readonly Row[]
  }
  const value = (name: string) => rows.find((row) => row.name === name)?.value
  expect(value('requests that failed on their configuration')).toBe(0)
  expect(value('requests')).toBeGreaterThan(1000)
  expect(value('deployments')).toBeGreaterThan(106)
  expect(value('kinds of troubles')).toBeGreaterThan(3)
  expect(
    (value('restarts with AppConfig') ?? 0) + (value('restarts without AppConfig') ?? 0),
  ).toBeGreaterThan(0)
})
