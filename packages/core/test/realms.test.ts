import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { createAppConfig, isAppConfigError, memory, OptionsError } from '../src/index.ts'
import { isPlainObject } from '../src/json.ts'
import { isErrorLike, isErrorNamed, isNativeError, isThenable, kindOf } from '../src/realms.ts'

const foreign = (code: string): unknown => runInNewContext(code)
const OPTIONS = { application: 'a', environment: 'e', layers: ['d'], source: memory({ d: { beta: true } }) }

describe('what another realm made', () => {
  it.each([
    ['{ a: 1 }', true],
    ['Object.create(null)', true],
    ['[]', false],
    ['new (class A {})()', false],
    ['new (class A extends null { constructor() { return Object.create(A.prototype) } })()', false],
    ['Object.create({})', false],
    ['Object.create(Object.create(null))', false],
    ['new Date()', false],
    ['new Map()', false],
    ['/a/', false],
    ['() => {}', false],
  ])('%s is an object of keys and values: %s', (code, expected) => {
    expect(isPlainObject(foreign(`(${code})`))).toBe(expected)
    // As here.
    expect(isPlainObject(runInThisRealm(code))).toBe(expected)
  })

  it.each([
    ['new Uint8Array(1)', 'Uint8Array'],
    ['/a/', 'RegExp'],
    ['new (class extends TypeError {})()', 'Error'],
    ['new Proxy(new Error(), {})', 'Object'],
    ['Object.create(Error.prototype)', 'Object'],
    ['(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()', ''],
  ])('%s is of the kind %s', (code, kind) => {
    expect([kindOf(foreign(`(${code})`)), kindOf(runInThisRealm(code))]).toEqual([kind, kind])
    expect(isNativeError(foreign(`(${code})`))).toBe(kind === 'Error')
  })

  it('may be defaults, and is served', async () => {
    const defaults = foreign('({ limit: 5, nested: { list: [1, { a: null }] } })') as object
    const client = createAppConfig({ ...OPTIONS, defaults })

    await client.start()

    expect(client.peek()).toEqual({ limit: 5, nested: { list: [1, { a: null }] }, beta: true })
    await client.close()
  })

  it('may be a document, a layer and a pattern', async () => {
    const client = createAppConfig({
      ...OPTIONS,
      layers: foreign(`['d', { profile: 'e', optional: true }]`) as string[],
      source: memory({ d: foreign('({ a: 1 })') as object }),
      tenantIdPattern: foreign('/^t-/') as RegExp,
    })

    expect(await client.resolve('t-1')).toEqual({ a: 1 })
    await expect(client.resolve('x')).rejects.toMatchObject({ code: 'TENANT_ID_INVALID' })
    await client.close()
  })

  it('is refused as what it is all the same', () => {
    expect(() => createAppConfig({ ...OPTIONS, defaults: foreign('new Date()') as object })).toThrow(
      OptionsError,
    )
    expect(() => createAppConfig({ ...OPTIONS, tenantIdPattern: foreign('/a/g') as RegExp })).toThrow(
      OptionsError,
    )
  })

  it('is told by what it is: errors, and what to wait for', () => {
    const error = foreign(`Object.assign(new Error('off'), { code: 'FLAG_OFF' })`)
    expect([isErrorLike(error), isAppConfigError(error)]).toEqual([true, true])
    expect(isAppConfigError({ name: 'Error', message: 'off', code: 'FLAG_OFF' })).toBe(false)
    expect(isErrorNamed(foreign(`new TypeError('x')`), 'TypeError')).toBe(true)
    expect(isErrorLike(new DOMException('too late', 'TimeoutError'))).toBe(true)
    expect(isThenable(foreign('Promise.resolve()'))).toBe(true)
    // biome-ignore lint/suspicious/noThenProperty: what is tested
    expect(isThenable({ then: 1 })).toBe(false)
    expect(isThenable(null)).toBe(false)
  })

  it('that validates asynchronously is refused', () => {
    const validate = (): unknown => foreign(`Promise.reject(new Error('later'))`)
    const schema = { '~standard': { version: 1, vendor: 'ours', validate } }
    const options = { ...OPTIONS, schema: schema as never, defaults: {}, onUnavailable: 'defaults' as const }

    expect(() => createAppConfig(options)).toThrow(/asynchronously/)
  })
})

function runInThisRealm(code: string): unknown {
  return new Function(`return (${code})`)()
}
