/**
 * The testing kit: what compiles, and what must not.
 *
 * @module
 */

import * as jestLike from 'node:test'
import { bothSides, requestWith, testConfig } from '@appconfig-kit/core/testing'
import * as express from '@appconfig-kit/express/testing'
import * as koa from '@appconfig-kit/koa/testing'
import * as nest from '@appconfig-kit/nestjs/testing'
import type { TestingModuleBuilder } from '@nestjs/testing'
import express5 from 'express'
import { describe, expectTypeOf } from 'vitest'
import { z } from 'zod'
import type { MyConfig } from './register.mts'

declare const builder: TestingModuleBuilder

const config = testConfig(
  { featureA: true, model: { name: 'small' }, newSearch: undefined },
  { tenants: { acme: { featureA: false, model: { name: 'large' } } } },
)
expectTypeOf(config.current('acme')).toEqualTypeOf<MyConfig>()
expectTypeOf(config.client.peek()).toEqualTypeOf<MyConfig | undefined>()
config.set('featureA', false)
config.set({ featureA: false, checkout: { limit: 3 }, newSearch: null })
config.set('checkout', true)
config.set('checkout', { _variants: [{ name: 'x', enabled: true }] })
config.setFor('acme', 'temperature', 1)
config.setFor('acme', { pay: { _variant: 'control' } })
config.setVariant('pay', 'oneClick', { tenant: 'acme' })
// @ts-expect-error no key of the configuration
testConfig({ featurA: true })
// @ts-expect-error another type
testConfig({ featureA: 'yes' })
// @ts-expect-error a part of a value
testConfig({ checkout: { enabled: true } })
// @ts-expect-error no flag: it has no variants
testConfig({ model: { _variants: [] } })
// @ts-expect-error no key of the configuration
testConfig({}, { tenants: { acme: { featurA: true } } })
// @ts-expect-error no key of the configuration
config.set('featurA', true)
// @ts-expect-error another type
config.set('temperature', '1')
// @ts-expect-error no such part
config.set({ checkout: { limits: 1 } })
// @ts-expect-error no such variant
config.setVariant('pay', 'twoClicks')
// @ts-expect-error a key, but no flag
config.setVariant('temperature', 'x')

const schema = z.object({ words: z.array(z.string()), beta: z.boolean() })
const ofSchema = testConfig({ words: ['a'], beta: true }, { schema })
ofSchema.set('words', ['b'])
expectTypeOf(ofSchema.current().words).toEqualTypeOf<readonly string[]>()
// @ts-expect-error no key of the schema
ofSchema.set('featureA', true)

bothSides('featureA', (isOn) => expectTypeOf(isOn).toEqualTypeOf<boolean>(), { describe })
bothSides('checkout', () => {}, { describe: jestLike.describe })
// @ts-expect-error a key, but no flag
bothSides('temperature', () => {})

expectTypeOf(requestWith(config).config).toEqualTypeOf<MyConfig>()
expectTypeOf(express.requestWith({ featureA: true }, { query: { q: 'x' } }).config).toEqualTypeOf<MyConfig>()
expectTypeOf(koa.contextWith(config.current()).config).toEqualTypeOf<MyConfig>()
// @ts-expect-error another type
express.requestWith({ featureA: 'yes' })
express5().use(express.testAppConfig(config, { tenant: (req) => req.get('x-user') ?? null }))
koa.testAppConfig(config, { tenant: (ctx) => ctx.get('x-user') })
nest.AppConfigTestingModule.with(config, { tenant: () => 'acme' })
nest.overrideConfig(builder, config)
nest.overrideConfig(builder, { featureA: true })
// @ts-expect-error no key of the configuration
nest.overrideConfig(builder, { featurA: true })
