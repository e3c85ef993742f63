import { expect, it } from 'vitest'
import { expressShared } from '../../src/requests/express-shared.ts'

it('is of the outermost application', () => {
  const outer = { request: {}, response: {} }
  const mounted = { parent: { parent: outer } }
  const emitterOf = (shared: object) => Object.assign(Object.create(Object.create(shared)), { app: mounted })

  expect(expressShared(emitterOf(outer.request))).toBe(outer.request)
  expect(expressShared(emitterOf(outer.response))).toBe(outer.response)
  expect(expressShared({ app: mounted })).toBeUndefined()
  expect(expressShared({})).toBeUndefined()
})
