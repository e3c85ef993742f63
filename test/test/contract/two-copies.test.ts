/**
 * A process that imports and requires us holds two copies; they share what a request has.
 *
 * @module
 */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT, run } from '../../src/run.ts'

const program = `
import assert from 'node:assert'
import { createRequire } from 'node:module'
import * as imported from '@appconfig-kit/core'
import * as importedAdapter from '@appconfig-kit/core/adapter'
const require = createRequire(process.cwd() + '/')
const required = require('@appconfig-kit/core')
const requiredAdapter = require('@appconfig-kit/core/adapter')
assert.notEqual(imported.currentConfig, required.currentConfig)

const config = { featureA: true }
imported.withConfig(config, () => assert.equal(required.currentConfig(), config))
required.withConfig(config, () => assert.equal(imported.currentConfig(), config))

const client = imported.createAppConfig({
  application: 'api', environment: 'prod', layers: ['default'], source: imported.memory({ default: config }) })
const request = { headers: {} }
const { configFor } = importedAdapter.configureRequests({ client })
const decided = await configFor(request)
assert.equal(requiredAdapter.requestConfig(request, 'a test'), decided)
await client.close()
`

it('gives both copies one async context and one decision per request', async () => {
  const finished = await run(process.execPath, ['--input-type=module', '-e', program], join(ROOT, 'test'))

  expect(finished).toEqual({ code: 0, stdout: '', stderr: '' })
})
