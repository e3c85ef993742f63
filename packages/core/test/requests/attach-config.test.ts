import { describe, expect, it } from 'vitest'
import { LOOK } from '../../src/client/app-config-client.ts'
import { createAppConfig } from '../../src/index.ts'
import { attachConfig } from '../../src/requests/attach-config.ts'
import { decisionOf } from '../../src/requests/decisions.ts'
import { memory } from '../../src/sources/memory.ts'
import type { Seen } from '../../src/views/seen.ts'
import { isView } from '../../src/views/view.ts'

const FLAG = {
  _variants: [
    { name: 'new', enabled: true, rule: '(eq $user "ann")' },
    { name: 'old', enabled: false },
  ],
}
const client = createAppConfig({
  application: 'api',
  environment: 'dev',
  layers: ['default'],
  source: memory({ default: { flag: FLAG } }),
})
await client.start()

type Requestlike = { config?: unknown }

/** A request that its framework made, decided for a user. */
async function decided(shared: object | null, user = 'ann'): Promise<Requestlike> {
  const request = Object.create(shared) as Requestlike
  const seen = client[LOOK]?.(null, { context: { user } }) as Seen
  decisionOf(request, client).seen = seen
  return request
}

const seen = await decided({}).then((request) => decisionOf(request, client).seen as Seen)

describe('what requests inherit from', () => {
  it('gives each its own configuration, and defines nothing on them', async () => {
    const shared = {}
    const [ann, bob] = [await decided(shared, 'ann'), await decided(shared, 'bob')]
    attachConfig(ann, seen, () => shared)
    expect(ann.config).toMatchObject({ flag: { enabled: true } })
    expect(bob.config).toMatchObject({ flag: { enabled: false } })
    expect(Object.keys(ann)).toEqual([])
    expect((shared as Requestlike).config).toBeUndefined()
    expect(Object.create(shared).config).toBeUndefined()
  })

  it('lets a request have another, as a property of its own', async () => {
    const shared = {}
    const [one, other] = [await decided(shared), await decided(shared)]
    attachConfig(one, seen, () => shared)
    one.config = { mine: true }
    expect(one.config).toEqual({ mine: true })
    expect(other.config).toMatchObject({ flag: {} })
  })

  it.each([
    ['that has a config', { config: 'of the application' }],
    ['that is frozen', Object.freeze({})],
    ['that is none', undefined],
  ])('is left alone: one %s', async (_, shared) => {
    const request = await decided(shared ?? null)
    attachConfig(request, seen, () => shared)
    expect(request.config).toMatchObject({ flag: { enabled: true } })
    expect(Object.keys(request)).toEqual(['config'])
  })

  it('is left alone where the request does not inherit from it', async () => {
    const shared = {}
    const request = await decided({})
    attachConfig(request, seen, () => shared)
    expect('config' in shared).toBe(false)
  })

  it('is never what all objects inherit from', async () => {
    const request = await decided(Object.prototype)
    attachConfig(request, seen, () => Object.prototype)
    expect('config' in {}).toBe(false)
    expect(request.config).toMatchObject({ flag: { enabled: true } })
  })
})

it('is tried with a configuration that requests see each in their own way', () => {
  expect(isView(seen)).toBe(true)
})
