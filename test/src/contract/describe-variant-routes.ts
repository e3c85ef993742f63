/**
 * What routes by variant owe their users, on every adapter that has them.
 *
 * A server answers, with `control` and `oneClick` listed for the flag `checkout`:
 *
 *     GET /variants             the variant whose handler ran
 *     GET /variants-otherwise   the same, or `otherwise`; of an experiment, treatment `c` is control, `t1` oneClick
 *     GET /variants-plain       the same as /variants, of a flag without variants
 *
 * @module
 */
import { type AppConfigClient, createAppConfig, memory } from '@appconfig-kit/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AdapterUnderTest, RunningServer } from './describe-adapter.ts'

const SERVED = ['oneClick', 'beta', '__t1__', '__t1_override__', '__c__', '__t2__', '__default__'] as const

/** Each variant to the tenant that is named by its place; to everybody else the default. */
const CHECKOUT = {
  _variants: [
    ...SERVED.map((name, at) => ({ name, enabled: true, rule: `(eq $tenantId "t${at}")` })),
    { name: 'control', enabled: false },
  ],
}

export function describeVariantRoutes(name: string, { start }: Pick<AdapterUnderTest, 'start'>): void {
  describe(`${name} routes by variant:`, () => {
    let client: AppConfigClient
    let server: RunningServer
    let told: string[]
    beforeEach(async () => {
      told = []
      client = createAppConfig<undefined>({
        application: 'api',
        environment: 'prod',
        layers: ['default'],
        source: memory({ default: { checkout: CHECKOUT, plain: true } }),
        logger: { warn: (text) => void told.push(text), info() {} },
      })
      const tenant = ({ headers }: { headers: object }) => (headers as Record<string, string>)['x-tenant']
      server = await start({
        options: { client, tenant, skip: () => false },
        midRequest: async () => {},
        onError() {},
      })
    })
    afterEach(async () => {
      await server.close()
      await client.close()
    })

    /** What a request is answered that has a variant. */
    async function answerFor(path: string, variant: (typeof SERVED)[number] | 'control'): Promise<string> {
      const headers = { 'x-tenant': `t${(SERVED as readonly string[]).indexOf(variant)}`.replace('-', 'x') }
      return (await fetch(new URL(path, server.url), { headers })).text()
    }

    it('each variant to its handler, and a request without one to the first', async () => {
      expect(await answerFor('/variants', 'oneClick')).toBe('oneClick')
      expect(await answerFor('/variants', 'control')).toBe('control')
      expect(await answerFor('/variants-plain', 'oneClick')).toBe('control')
      expect(await answerFor('/variants', '__default__')).toBe('control')
      expect(told).toEqual([])
    })

    it('a variant that is not listed to the first, which is told once for each', async () => {
      for (const variant of ['beta', '__t1__', 'beta', '__t1__'] as const)
        expect(await answerFor('/variants', variant)).toBe('control')
      expect(told).toEqual([
        expect.stringMatching(/VARIANT_UNLISTED: .*"checkout".* the variant "beta"/),
        expect.stringMatching(/VARIANT_UNLISTED: .*"checkout".* the variant "__t1__"/),
      ])
    })

    it('a treatment to the variant it is, and what is not listed to `otherwise`', async () => {
      const answers = SERVED.map((variant) => answerFor('/variants-otherwise', variant))
      expect(
        Object.fromEntries((await Promise.all(answers)).map((answer, at) => [SERVED[at], answer])),
      ).toEqual({
        oneClick: 'oneClick',
        beta: 'otherwise',
        __t1__: 'oneClick',
        __t1_override__: 'oneClick',
        __c__: 'control',
        __t2__: 'otherwise',
        __default__: 'control',
      })
      expect(told).toEqual([])
    })
  })
}
