import { expect, it } from 'vitest'
import { emfLines } from '../../src/index.ts'
import type { Usage } from '../../src/usage/usage.ts'

const USAGE: Usage = {
  application: 'api',
  environment: 'prod',
  profile: 'default',
  version: 'v1',
  requests: 10,
  failed: 1,
  slow: 2,
  aborted: 0,
  sides: {},
  events: { checkout: 3 },
}

it('gives what was counted since the last call, zeros too', () => {
  let usage: Usage[] = [USAGE]
  const lines = emfLines({ usage: () => usage }, { namespace: 'Shop', clock: { now: () => 1000 } })
  const first = lines()
  usage = [
    { ...USAGE, requests: 15, events: { checkout: 3 } },
    { ...USAGE, version: 'v2', requests: 1, failed: 0, slow: 0, events: { checkout: 0 } },
  ]
  const second = lines()

  expect(first.map((line) => JSON.parse(line))).toEqual([
    {
      _aws: {
        Timestamp: 1000,
        CloudWatchMetrics: [
          {
            Namespace: 'Shop',
            Dimensions: [
              ['application', 'environment', 'profile'],
              ['application', 'environment', 'profile', 'version'],
            ],
            Metrics: ['requests', 'failed', 'slow', 'aborted', 'event.checkout'].map((Name) => ({
              Name,
              Unit: 'Count',
            })),
          },
        ],
      },
      application: 'api',
      environment: 'prod',
      profile: 'default',
      version: 'v1',
      requests: 10,
      failed: 1,
      slow: 2,
      aborted: 0,
      'event.checkout': 3,
    },
  ])
  expect(second.map((line) => JSON.parse(line))).toMatchObject([
    { version: 'v1', requests: 5, failed: 0, slow: 0, 'event.checkout': 0 },
    { version: 'v2', requests: 1, failed: 0, slow: 0, 'event.checkout': 0 },
  ])
})
