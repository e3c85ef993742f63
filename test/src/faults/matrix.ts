/**
 * The fault matrix: what is expected of each cell, and the test of all cells of an operation.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { State } from './cell.ts'
import type { Operation } from './operations.ts'
import { playCell } from './play-cell.ts'
import type { LayerKind } from './stage.ts'

/** A state of the client, and the layer under test. */
export type Column = `${State} ${LayerKind}`

/** The columns of the table. */
export const COLUMNS: readonly Column[] = [
  'cold base',
  'cold tenant',
  'warm base',
  'warm tenant',
  'restarted base',
  'restarted tenant',
]

/** What is expected in each column, or why the fault can't happen to the operation. */
export type Row = Readonly<Record<Column, string>> | string

/** Rows by operation and fault. docs/fault-matrix.md is made of them. */
export const EXPECTED: Readonly<Record<Operation, Readonly<Record<string, Row>>>> = JSON.parse(
  readFileSync(new URL('expected.json', import.meta.url), 'utf8'),
)

/** Tests the cells of an operation, one after the other: the clock of the machine is everybody's. */
export function describeCells(operation: Operation): void {
  describe(operation, () => testCells(operation))
}

function testCells(operation: Operation): void {
  const sum = { cells: 0, requests: 0, failedWithLastGood: 0 }
  const unhandled: unknown[] = []
  const noteUnhandled = (reason: unknown): void => void unhandled.push(reason)
  beforeAll(async () => {
    // Jitter is always the middle of its range, so that delays can be told to the second.
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    // Node warns of the switch that makes clients trust the lines' certificate.
    vi.spyOn(process, 'emitWarning').mockReturnValue()
    process.on('unhandledRejection', noteUnhandled)
    // The AWS SDK is loaded before time-outs are short.
    await playCell({ operation, fault: 'wrong content type', state: 'cold', layerKind: 'base' })
  })
  afterAll(() => {
    process.off('unhandledRejection', noteUnhandled)
    process.stdout.write(
      `${operation}: ${sum.cells} cells, ${sum.requests} requests, ${sum.failedWithLastGood} of them failed for want of configuration while there was a last known good in memory or on disk\n`,
    )
  })

  for (const [fault, row] of Object.entries(EXPECTED[operation])) {
    // Not applicable: the row says why.
    if (typeof row === 'string') continue
    it.each(Object.entries(row))(`${fault}: %s: %s`, async (column, outcome) => {
      const [state, layerKind] = column.split(' ') as [State, LayerKind]
      const { requests, ...played } = await playCell({ operation, fault, state, layerKind })
      sum.cells += 1
      sum.requests += requests.total
      sum.failedWithLastGood += requests.failedWithLastGood
      expect(played).toEqual({ outcome, resent: 0, leaks: [] })
      expect(requests.failedWithLastGood).toBe(0)
      expect(unhandled).toEqual([])
    })
  }
}
