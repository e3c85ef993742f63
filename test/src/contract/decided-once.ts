/**
 * Somebody listens to decisions: each request tells each flag once, and is answered as if nobody did.
 *
 * @module
 */
import { type AppConfigClient, createAppConfig, type FlagDecision, memory } from '@appconfig-kit/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AdapterUnderTest, RunningServer } from './describe-adapter.ts'
import { startWith } from './start-with.ts'

const FLAG = {
  _variants: [
    { name: 'in', enabled: true, rule: '(eq $tenantId "tenant-01")' },
    { name: 'out', enabled: false },
  ],
}

export function describeDecisions(name: string, { start }: AdapterUnderTest): void {
  describe(`${name} while somebody listens to decisions:`, () => {
    let client: AppConfigClient
    let server: RunningServer
    let told: FlagDecision[]

    beforeEach(async () => {
      client = createAppConfig({
        application: 'api',
        environment: 'prod',
        layers: ['default'],
        source: memory({ default: { featureA: FLAG } }),
        logger: false,
        asyncContext: true,
      })
      told = []
      client.on('decision', (decision) => told.push(decision))
      client.on('decision', () => {
        throw new Error('a listener’s')
      })
      server = await startWith(start, client)
    })
    afterEach(async () => {
      await server.close()
      await client.close()
    })

    async function ask(path: string) {
      const response = await fetch(new URL(path, server.url), { headers: { 'x-tenant': 'tenant-01' } })
      return response.text()
    }

    it.each(['a cold', 'a warm'])(
      '%s request tells each flag once, gates and handlers alike',
      async (state) => {
        if (state === 'a warm') await client.resolve('tenant-01')

        expect([await ask('/twice'), await ask('/flagged')]).toEqual(['new', 'new'])

        expect(told.map(({ flag, reason, variant }) => [flag, reason, variant])).toEqual([
          ['featureA', 'targeting_match', 'in'],
          ['featureA', 'targeting_match', 'in'],
        ])
      },
    )

    it('the configuration is the same object for all of a request', async () => {
      expect(JSON.parse(await ask('/config'))).toMatchObject({
        before: { featureA: { _variant: 'in', enabled: true } },
        same: true,
      })
      expect(await ask('/deep')).toContain('"_variant":"in"')
      expect(told).toEqual([])
    })
  })
}
