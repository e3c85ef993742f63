import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { tryCurrentConfig } from '../../src/index.ts'
import { type Decision, decisionOf } from '../../src/requests/decisions.ts'
import { emitForRequest } from '../../src/requests/request-emitters.ts'

/** A request and its response, as Express makes them, and their decision. */
function express(shared = { request: new EventEmitter(), response: new EventEmitter() }) {
  const req: EventEmitter = Object.create(shared.request)
  const res: EventEmitter & { req: object } = Object.assign(Object.create(shared.response), { req })
  const decision = decisionOf(req, {})
  decision.seen = {}
  const enter = (emitter: EventEmitter, sharedOf?: () => object | undefined) =>
    emitForRequest(emitter, decision, sharedOf)
  return { shared, req, res, decision, enter }
}

/** What a listener sees, when something outside of the scope emits. */
function seenAt(emitter: EventEmitter): unknown {
  let seen: unknown = 'nothing'
  emitter.once('event', (given) => {
    seen = given === 7 ? tryCurrentConfig() : 'another event'
  })
  expect(emitter.emit('event', 7)).toBe(true)
  return seen
}

const seenOf = ({ seen }: Decision) => seen

it('is inherited by all requests and responses, each in its own scope', () => {
  const one = express()
  const other = express(one.shared)
  for (const { shared, req, res, enter } of [one, other]) {
    enter(req, () => shared.request)
    enter(res, () => shared.response)
  }

  for (const { req, res, decision } of [one, other]) {
    expect(seenAt(req)).toBe(seenOf(decision))
    expect(seenAt(res)).toBe(seenOf(decision))
    expect([Object.hasOwn(req, 'emit'), Object.hasOwn(res, 'emit')]).toEqual([false, false])
  }
  expect(seenOf(one.decision)).not.toBe(seenOf(other.decision))
})

it('leaves a request alone that runs in no scope', () => {
  const one = express()
  const other = express(one.shared)
  one.enter(one.req, () => one.shared.request)

  expect(seenAt(other.req)).toBeUndefined()
  expect(seenAt(Object.create(one.shared.request))).toBeUndefined()
  expect(one.shared.request.emit('unheard')).toBe(false)
})

it('reaches what replaces the emit of all emitters later', () => {
  const shared = { request: Object.create(new EventEmitter()), response: new EventEmitter() }
  const { req, decision, enter } = express(shared)
  enter(req, () => shared.request)
  const emitter: EventEmitter = Object.getPrototypeOf(shared.request)
  const traced: unknown[] = []
  emitter.emit = function emit(this: EventEmitter, ...event) {
    traced.push(...event)
    return EventEmitter.prototype.emit.apply(this, event)
  }

  expect(seenAt(req)).toBe(seenOf(decision))
  expect(traced).toContain(7)
})

it("is each emitter's own where it can not be inherited", () => {
  const own = new EventEmitter()
  own.emit = (...event) => EventEmitter.prototype.emit.apply(own, event)
  const heirOf = (shared: EventEmitter) => express({ request: shared, response: new EventEmitter() })
  const frozen: EventEmitter = Object.freeze(Object.create(EventEmitter.prototype))
  for (const [{ req, decision, enter }, shared] of [
    [express(), undefined],
    [express(), new EventEmitter()],
    [express(), {}],
    [heirOf(own), own],
    [heirOf(frozen), frozen],
  ] as const) {
    const before = shared && Object.getOwnPropertyDescriptor(shared, 'emit')
    enter(req, () => shared)

    expect(Object.hasOwn(req, 'emit')).toBe(true)
    expect(shared && Object.getOwnPropertyDescriptor(shared, 'emit')).toEqual(before)
    if (shared !== own) expect(seenAt(req)).toBe(seenOf(decision))
  }
})

it('is its own where a tracer has given it one, and that is called', () => {
  const { shared, req, decision, enter } = express()
  const traced: unknown[] = []
  const { emit } = req
  req.emit = (...event) => {
    traced.push(tryCurrentConfig())
    return emit.apply(req, event)
  }
  enter(req, () => shared.request)

  expect(seenAt(req)).toBe(seenOf(decision))
  expect(traced).toContain(seenOf(decision))
})

it('is its own for a response whose request is not known', () => {
  const { shared, res, decision, enter } = express()
  res.req = {}
  enter(res, () => shared.response)

  expect(seenAt(res)).toBe(seenOf(decision))
})

it.each([undefined, null, {}, 'text'])('passes over what is no emitter: %j', (value) => {
  const { decision } = express()
  expect(() => emitForRequest(value, decision, undefined)).not.toThrow()
})
