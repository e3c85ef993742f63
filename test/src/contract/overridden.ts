/**
 * With the option `overrides` a tester's request sees other flags, everywhere, and nobody else's does.
 *
 * @module
 */
import { type AppConfigClient, createAppConfig, memory, signOverride } from '@appconfig-kit/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AdapterUnderTest, RunningServer } from './describe-adapter.ts'
import { startWith } from './start-with.ts'

const KEY = 'a secret of at least 32 characters'

export function describeOverrides(name: string, { start }: AdapterUnderTest): void {
  describe(`${name} and an override:`, () => {
    let client: AppConfigClient
    let server: RunningServer

    beforeEach(async () => {
      client = createAppConfig({
        application: 'api',
        environment: 'prod',
        layers: ['default'],
        source: memory({ default: { featureA: false } }),
        logger: false,
        asyncContext: true,
        overrides: { keys: KEY, flags: ['featureA'], cookie: 'override' },
      })
      server = await startWith(start, client)
    })
    afterEach(async () => {
      await server.close()
      await client.close()
    })

    const override = signOverride({
      key: KEY,
      tenant: 'tenant-01',
      flags: { featureA: true },
      validForSeconds: 60,
    })
    async function ask(path: string, headers: Record<string, string>) {
      const response = await fetch(new URL(path, server.url), { headers })
      return { status: response.status, text: await response.text() }
    }

    it.each(['cold', 'warm'] as const)(
      'a %s tenant is given it by gates, handlers and the configuration',
      async (state) => {
        const plain = { 'x-tenant': 'tenant-01' }
        if (state === 'warm') await ask('/config', plain)
        for (const headers of [
          { ...plain, 'x-appconfig-override': override },
          { ...plain, cookie: `override=${override}` },
        ]) {
          expect((await ask('/flagged', headers)).text).toBe('new')
          expect((await ask('/gate', headers)).status).toBe(200)
          expect((await ask('/twice', headers)).text).toBe('new')
          expect(JSON.parse((await ask('/config', headers)).text)).toMatchObject({
            before: { featureA: true },
            same: true,
          })
          expect((await ask('/deep', headers)).text).toContain('"featureA":true')
        }
        expect((await ask('/flagged', plain)).text).toBe('old')
        expect((await ask('/gate', plain)).status).toBe(404)
      },
    )

    it('another tenant is not given it', async () => {
      const headers = { 'x-tenant': 'tenant-02', 'x-appconfig-override': override }

      expect((await ask('/flagged', headers)).text).toBe('old')
      expect((await ask('/gate', headers)).status).toBe(404)
    })
  })
}
