import { expect, it } from 'vitest'
import { checkGate, flagOff, readFlagged, readVariantHandlers } from '../../src/adapter.ts'

const [one, two, three] = [() => 1, () => 2, () => 3]

it('reads both ways of giving two handlers, and lists in lists', () => {
  expect(readFlagged('featureA', one, [two, [three]])).toEqual({ whenOff: [one], whenOn: [two, three] })
  expect(readFlagged('featureA', { old: [one], new: two }, undefined)).toEqual({
    whenOff: [one],
    whenOn: [two],
  })
})

it.each([[undefined], [null], [[]], ['handler'], [[one, undefined]]])('refuses %j as a handler', (wrong) => {
  expect(() => readFlagged('featureA', one, wrong as never)).toThrow(
    expect.objectContaining({
      code: 'OPTIONS_INVALID',
      message: expect.stringContaining('flagged(featureA), new'),
    }),
  )
})

it.each([
  ['', 404],
  [undefined, 404],
  ['featureA', 200],
  ['featureA', 404.5],
  ['featureA', '404'],
])('refuses a gate of %j with the status %j', (flag, status) => {
  expect(() => checkGate(flag, status)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }))
})

it('closes a gate with an error whose text is not for clients', () => {
  expect(flagOff('featureA', 403)).toMatchObject({ code: 'FLAG_OFF', status: 403, expose: false })
})

it.each<[string, object]>([
  ['flagged.variants(checkout), treatments.t1', { treatments: { t1: 'oneclick' } }],
  ['flagged.variants(checkout), treatments.c', { treatments: { t1: 'oneClick', c: undefined } }],
  ['flagged.variants(checkout), otherwise', { otherwise: [] }],
  ['flagged.variants(checkout), otherwise', { otherwise: 'control' }],
])('refuses what is no handler and what is not listed: %s', (what, options) => {
  const handlers = { control: one, oneClick: two }
  expect(() => readVariantHandlers('checkout', handlers, (list) => list, options)).toThrow(
    expect.objectContaining({ code: 'OPTIONS_INVALID', message: expect.stringContaining(what) }),
  )
})
