/** The short form of every bench: it runs, and its rows hold what the long form reports. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

interface Row {
  readonly group: string
  readonly name: string
  readonly yes?: number
}

const FOLDER = fileURLToPath(new URL('..', import.meta.url))
const NAMES = readdirSync(join(FOLDER, 'benches')).map((file) => file.replace('.mjs', ''))

let into: string
let said: ReturnType<typeof run>
beforeAll(() => {
  into = mkdtempSync(join(tmpdir(), 'appconfig-kit-bench-test-'))
  said = run('bench.mjs', '--short', '--into', into)
}, 300_000)
afterAll(() => rmSync(into, { recursive: true }))

function run(...parameters: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, {
    cwd: FOLDER,
    encoding: 'utf8',
  })
  return { status, output: stdout + stderr }
}

const rowsOf = (name: string): Row[] => JSON.parse(readFileSync(join(into, `${name}.json`), 'utf8')).rows

/** Every number in a row, at any depth. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : []
}

describe('the short form', () => {
  it('ends well', () => {
    expect(said.status, said.output).toBe(0)
  })

  it.each(NAMES)('%s has rows of finite numbers that are not negative', (name) => {
    const rows = rowsOf(name)
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) {
      expect(row.name).not.toBe('')
      const numbers = numbersIn(row)
      expect(numbers.length).toBeGreaterThan(0)
      expect(
        numbers.filter((number) => !(number >= 0 && Number.isFinite(number))),
        row.name,
      ).toEqual([])
    }
  })

  it.each(NAMES.filter((name) => ['flags', 'in-process'].includes(name)))(
    '%s decides alike, whoever decides',
    (name) => {
      for (const row of rowsOf(name)) {
        const isSplit =
          /rules|variants|split|whole/.test(`${row.group} ${row.name}`) && !/all of/.test(row.name)
        if (isSplit) expect([row.name, between(row.yes, 0.15, 0.85)]).toEqual([row.name, true])
        else expect([row.name, row.yes]).toEqual([row.name, 1])
      }
    },
  )

  it('knows no bench that is not there', () => {
    const { status, output } = run('bench.mjs', 'nonsense')
    expect(status).toBe(1)
    expect(output).toContain('there are')
  })
})

function between(value: number | undefined, low: number, high: number): boolean {
  return value !== undefined && value >= low && value <= high
}
