import { describe, expect, it } from 'vitest'
import { type CostOptions, estimateCosts } from '../src/index.ts'

const OPTIONS: CostOptions = {
  processes: 10,
  tenants: 1000,
  shape: 'sections',
  source: 'direct',
  pollIntervalSeconds: 60,
  deploymentsPerMonth: 100,
  startsPerMonth: 30,
}
const A_MONTH_OF_MINUTES = 30 * 24 * 60

describe('a month', () => {
  it('is polls, starts and deployments', () => {
    expect(estimateCosts(OPTIONS)).toEqual({
      profiles: 2,
      documentsPerPoller: 2,
      pollers: 10,
      calls: 10 * 2 * (A_MONTH_OF_MINUTES + 30 * 2),
      callsPerSecond: 20 / 60,
      received: 10 * 2 * 30 + 10 * 100,
      price: {
        requests: expect.closeTo(0.173, 3),
        received: expect.closeTo(1.28, 6),
        total: expect.closeTo(1.453, 3),
      },
      exceeded: [],
    })
  })

  it.each<[string, Partial<CostOptions>, number]>([
    ['shared', { shape: 'shared', sharedDocuments: 4 }, 4],
    ['sections', { tenants: 12_000, sharedDocuments: 4 }, 7],
    ['documents', { shape: 'documents', sharedDocuments: 4 }, 1004],
    ['documents of which few are in use', { shape: 'documents', activeTenants: 50 }, 51],
  ])('of %s polls so many documents', (_, more, documents) => {
    expect(estimateCosts({ ...OPTIONS, ...more }).documentsPerPoller).toBe(documents)
  })

  it('by Agents is polled from each of them, every 45 seconds', () => {
    const { pollers, callsPerSecond } = estimateCosts({
      processes: 10,
      tenants: 0,
      shape: 'shared',
      source: 'agent',
      processesPerAgent: 4,
    })
    expect([pollers, callsPerSecond]).toEqual([3, 3 / 45])
  })

  it('costs what the prices say', () => {
    const prices = { perMillionRequests: 1_000_000, perReceived: 3 }
    const { calls, received, price } = estimateCosts({ ...OPTIONS, prices })
    expect(price).toEqual({ requests: calls, received: received * 3, total: calls + received * 3 })
  })

  it.each<[string, Partial<CostOptions>, string[]]>([
    ['calls', { processes: 1000, shape: 'documents', tenants: 99 }, ['callsPerSecond']],
    ['profiles', { processes: 1, shape: 'documents', tenants: 100 }, ['profiles']],
    ['content', { processes: 1000, startsPerMonth: 30_000 }, ['receivedPerDay']],
    ['no content of Agents', { processes: 1000, startsPerMonth: 30_000, source: 'agent' }, []],
    ['what was asked for', { processes: 1000, quotas: { callsPerSecond: 10 } }, ['callsPerSecond']],
  ])('names the quotas that would not do: %s', (_, more, exceeded) => {
    expect(estimateCosts({ ...OPTIONS, ...more }).exceeded).toEqual(exceeded)
  })
})

describe('options', () => {
  it.each<[string, object, RegExp]>([
    [
      'an unknown one',
      { proceses: 1 },
      /estimateCosts\(\) has no option "proceses"\. Did you mean processes\?/,
    ],
    ['an unknown price', { prices: { perRequest: 1 } }, /prices has no option "perRequest"/],
    ['an unknown shape', { shape: 'one' }, /shape must be one of shared, sections, documents, got "one"/],
    ['no number', { processes: '10' }, /processes must be a number of 0 or more, got "10"/],
    [
      'an interval of none',
      { pollIntervalSeconds: 0 },
      /pollIntervalSeconds must be a number of 1 or more, got 0/,
    ],
    ['a price below nothing', { prices: { perReceived: -1 } }, /perReceived must be/],
  ])('%s is refused', (_, more, text) => {
    expect(() => estimateCosts({ ...OPTIONS, ...more } as never)).toThrow(text)
  })
})
