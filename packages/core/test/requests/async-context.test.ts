import { EventEmitter } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { currentConfig, tryCurrentConfig, withConfig } from '../../src/index.ts'
import { emitInScope, runInScope } from '../../src/requests/async-context.ts'

it('gives deep code the config of the work it runs in, across awaits, timers and callbacks', async () => {
  const config = { featureA: true }

  const seen = await withConfig(config, async () => {
    await nextTurn()
    const inCallback = await new Promise((done) => setTimeout(() => done(currentConfig()), 0))
    return [currentConfig(), inCallback, await Promise.all([nextTurn().then(() => currentConfig())])]
  })

  expect(seen).toEqual([config, config, [config]])
  expect((seen as unknown[])[0]).toBe(config)
})

it('keeps works that run at once apart, and nests', async () => {
  const deep = async (): Promise<unknown> => {
    await nextTurn()
    return currentConfig()['name']
  }

  const seen = await Promise.all([
    withConfig({ name: 'a' }, deep),
    withConfig({ name: 'b' }, async () => [await withConfig({ name: 'c' }, deep), await deep()]),
  ])

  expect(seen).toEqual(['a', ['c', 'b']])
})

it('returns what the work returns, and throws what it throws', () => {
  expect(withConfig({}, () => 7)).toBe(7)
  expect(() =>
    withConfig({}, () => {
      throw new RangeError('mine')
    }),
  ).toThrow(RangeError)
})

it('has none outside, and says so', () => {
  expect(tryCurrentConfig()).toBeUndefined()
  expect(() => currentConfig()).toThrow(
    expect.objectContaining({ code: 'CONTEXT_MISSING', message: expect.stringContaining('asyncContext') }),
  )
})

it('has none while the tenant of its request is not known, and has it from then on', () => {
  const scope: { config: unknown } = { config: undefined }

  runInScope(scope, () => {
    expect(tryCurrentConfig()).toBeUndefined()
    expect(() => currentConfig()).toThrow(expect.objectContaining({ code: 'TENANT_NOT_KNOWN_YET' }))
    scope.config = { featureA: true }
    expect(currentConfig()).toBe(scope.config)
  })
})

it('is there in listeners of an emitter of the request, whoever emits, and however often that was asked for', () => {
  const [scope, emitter] = [{ config: { featureA: true } }, new EventEmitter()]
  emitInScope(emitter, scope)
  const { emit } = emitter
  emitInScope(emitter, scope)
  const seen: unknown[] = []
  emitter.on('data', (...event) => seen.push(event, currentConfig()))

  expect(emitter.emit).toBe(emit)
  expect(withConfig({}, () => emitter.emit('data', 1, 2))).toBe(true)
  expect(emitter.emit('other')).toBe(false)
  expect(seen).toEqual([[1, 2], scope.config])
})
