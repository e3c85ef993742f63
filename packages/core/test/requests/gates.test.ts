import { expect, it } from 'vitest'
import { flagOff, readFlagged, readGate, readVariantHandlers } from '../../src/adapter.ts'

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
  [{}, { status: 404, isHidden: true }],
  [{ status: 404 }, { status: 404, isHidden: true }],
  [{ asError: true }, { status: 404, isHidden: false }],
  [{ status: 403 }, { status: 403, isHidden: false }],
])('reads the options of a gate: %j', (options, gate) => {
  expect(readGate('requireFlag', 'featureA', options)).toEqual(gate)
})

it.each([
  ['', {}],
  [undefined, {}],
  ['featureA', { status: 200 }],
  ['featureA', { status: 404.5 }],
  ['featureA', { status: '404' }],
  ['featureA', { asError: 'yes' }],
  ['featureA', null],
  ['featureA', [() => 'a handler']],
  ['featureA', () => 'a handler'],
])('refuses a gate of %j with %o', (flag, options) => {
  expect(() => readGate('requireFlag', flag, options as never)).toThrow(
    expect.objectContaining({ code: 'OPTIONS_INVALID' }),
  )
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

it('refuses options that flagged.variants has not', () => {
  const handlers = { control: () => 1 }
  expect(() => readVariantHandlers('a', handlers, (list) => list, { otherwize: () => 2 } as never)).toThrow(
    'Did you mean otherwise?',
  )
})
