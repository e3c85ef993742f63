/** The fault matrix is whole, and the page about it is made of it. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { COLUMNS, EXPECTED } from '../../src/faults/matrix.ts'
import { OPERATIONS } from '../../src/faults/operations.ts'
import { TROUBLES } from '../../src/faults/trouble.ts'
import { ROOT, run } from '../../src/run.ts'

describe('the fault matrix', () => {
  it('has a row for every fault of every operation, and a cell in every column', () => {
    expect(Object.keys(EXPECTED)).toEqual(Object.keys(OPERATIONS))
    for (const rows of Object.values(EXPECTED)) {
      expect(Object.keys(rows)).toEqual(Object.keys(TROUBLES))
      for (const row of Object.values(rows)) {
        if (typeof row === 'string') expect(row).toMatch(/^\w.* \w/)
        else expect(Object.keys(row)).toEqual(COLUMNS)
      }
    }
  })

  it('fails no request while there is a last known good, and recovers everywhere', () => {
    const cells = Object.values(EXPECTED)
      .flatMap((rows) => Object.values(rows))
      .flatMap((row) => (typeof row === 'string' ? [] : Object.entries(row)))
    expect(cells.length).toBeGreaterThan(950)
    expect(
      cells.filter(([column, cell]) => !column.startsWith('cold') && /^503|then 503/.test(cell)),
    ).toEqual([])
    expect(cells.filter(([, cell]) => !/recovers (?:with the next version, )?in \d+ s$/.test(cell))).toEqual(
      [],
    )
  })

  it('is what docs/fault-matrix.md shows: node scripts/fault-matrix.mjs', async () => {
    const script = join(ROOT, 'scripts/fault-matrix.mjs')
    expect(await run('node', [script, '--check'])).toMatchObject({ code: 0, stderr: '' })
  })
})
