import { describe, expect, it } from 'vitest'
import type { Version } from '../../src/documents/version.ts'
import { DocumentError } from '../../src/errors.ts'
import type { TenantLayer } from '../../src/layers/tenant-layer.ts'
import type { Compose } from '../../src/snapshots/compose.ts'
import { type Composed, type LayerChoice, newestValid } from '../../src/snapshots/newest-valid.ts'
import { finish } from '../../src/turns.ts'

const version = (id: number): Version => ({
  id,
  contentType: undefined,
  value: {},
  versionLabel: undefined,
  revision: String(id),
  receivedAtMs: 0,
  composed: true,
})
const choice = (newest: number, good = newest): LayerChoice => {
  const current = version(newest)
  return { current, previous: good === newest ? current : version(good) }
}
const LAYERS: readonly TenantLayer[] = []
const newest = (choices: readonly LayerChoice[], compose: Compose): Composed | DocumentError =>
  finish(newestValid(LAYERS, choices, compose))
/** Valid unless it holds one of these versions. */
const composeWithout = (bad: number[]) => {
  const tried: number[][] = []
  const compose: Compose = function* (_, versions) {
    const ids = versions.map((version) => version?.id ?? 0)
    tried.push(ids)
    return ids.some((id) => bad.includes(id)) ? new DocumentError('CONFIG_INVALID', 'bad') : ids
  }
  return { compose, tried }
}

describe('the newest valid configuration', () => {
  it('is of the newest of every layer where that is valid', () => {
    const { compose, tried } = composeWithout([])
    expect(newest([choice(2, 1), choice(4, 3)], compose)).toMatchObject({
      snapshot: [2, 4],
      heldBack: [],
      error: undefined,
    })
    expect(tried).toHaveLength(1)
  })

  it('holds back a bad base and keeps the kill switch above it', () => {
    const { compose } = composeWithout([2])
    expect(newest([choice(2, 1), choice(4, 3)], compose)).toMatchObject({
      snapshot: [1, 4],
      heldBack: [0],
    })
  })

  it('holds back as few as it can', () => {
    const { compose } = composeWithout([2, 6])
    expect(newest([choice(2, 1), choice(4, 3), choice(6, 5)], compose)).toMatchObject({
      snapshot: [1, 4, 5],
      heldBack: [0, 2],
    })
  })

  it('prefers to hold back the lowest where either would do', () => {
    // biome-ignore lint/correctness/useYield: it is done in one step.
    const compose: Compose = function* (_, [a, b]) {
      if (a?.id === 2 && b?.id === 4) return new DocumentError('CONFIG_INVALID', 'not together')
      return [a?.id ?? 0, b?.id ?? 0]
    }
    expect(newest([choice(2, 1), choice(4, 3)], compose)).toMatchObject({
      snapshot: [1, 4],
      heldBack: [0],
    })
  })

  it('says why the newest was refused', () => {
    const { compose } = composeWithout([2])
    expect(newest([choice(2, 1)], compose)).toMatchObject({ error: { code: 'CONFIG_INVALID' } })
  })

  it('is an error where nothing is valid', () => {
    const { compose } = composeWithout([1, 2])
    expect(newest([choice(2, 1)], compose)).toBeInstanceOf(DocumentError)
  })

  it('is found in bounded time however many layers have changed', () => {
    const bad = Array.from({ length: 20 }, (_, at) => 100 + at)
    const { compose, tried } = composeWithout(bad)
    expect(
      newest(
        bad.map((id, at) => choice(id, at + 1)),
        compose,
      ),
    ).toMatchObject({ snapshot: bad.map((_, at) => at + 1) })
    expect(tried.length).toBeLessThan(32)
  })
})
