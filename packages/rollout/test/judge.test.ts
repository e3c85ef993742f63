/** The judgement: its verdicts, and the properties of its evidence. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evidenceAbove, evidenceOfMore } from '../src/gate/evidence.ts'
import { alphaOf, judge, type Look, type WatchPlan } from '../src/index.ts'
import { seeded } from './simulation.ts'

const ERRORS: WatchPlan = { name: 'errors', worse: 'more', atMost: undefined }
const CHECKOUT: WatchPlan = { name: 'checkout', worse: 'fewer', atMost: undefined }
const OPTIONS = { alpha: 0.0125, leastDelta: 0.001 }

/** `look(1900, 2, 214, 3)`: 2 of 1,900 before, 3 of 214 after. */
function look(requestsBefore: number, before: number, requestsAfter: number, after: number): Look {
  return {
    before: { requests: requestsBefore, events: before },
    after: { requests: requestsAfter, events: after },
  }
}

describe('a version is', () => {
  it.each([
    ['WORSE', ERRORS, [look(80, 0, 20, 4)]],
    ['UNDECIDED', ERRORS, [look(80, 0, 20, 1)]],
    ['UNDECIDED', ERRORS, [look(1900, 2, 214, 1)]],
    ['UNDECIDED', ERRORS, [look(200, 20, 200, 1)]],
    ['UNDECIDED', ERRORS, [look(0, 0, 20, 20)]],
    ['NONE', ERRORS, [look(80, 3, 0, 0)]],
    ['NONE', ERRORS, []],
    ['WORSE', CHECKOUT, [look(500, 100, 500, 40)]],
    ['UNDECIDED', CHECKOUT, [look(500, 100, 500, 95)]],
    ['UNDECIDED', CHECKOUT, [look(500, 40, 500, 100)]],
    ['WORSE', { ...ERRORS, atMost: 0.05 }, [look(0, 0, 20, 20)]],
    ['UNDECIDED', { ...ERRORS, atMost: 0.05 }, [look(0, 0, 1000, 45)]],
    ['WORSE', { ...ERRORS, atMost: 0.9 }, [look(0, 0, 200, 200)]],
  ] as const)('%s by %j after %j', (verdict, watch, looks) => {
    expect(judge(watch, looks, OPTIONS).verdict).toBe(verdict)
  })

  it('not worse by less than the least difference that counts', () => {
    const looks = [look(1_000_000, 1000, 1_000_000, 1500)]

    expect(judge(ERRORS, looks, OPTIONS)).toMatchObject({ verdict: 'UNDECIDED' })
    expect(judge(ERRORS, looks, OPTIONS).evidence).toBeGreaterThan(1e6)
    expect(judge(ERRORS, looks, { ...OPTIONS, leastDelta: 0.0004 }).verdict).toBe('WORSE')
  })

  it('judged with the numbers that people want to see', () => {
    expect(judge(ERRORS, [look(1000, 1, 100, 2), look(900, 1, 114, 1)], OPTIONS)).toMatchObject({
      watch: 'errors',
      before: { requests: 1900, events: 2 },
      after: { requests: 214, events: 3 },
    })
  })
})

it('divides the false alarms of a rollout over cells and watches', () => {
  expect(alphaOf({ falseAlarms: 0.05, cells: 4, watches: 2 })).toBeCloseTo(0.00625)
})

const counts = fc
  .integer({ min: 1, max: 500 })
  .chain((requests) => fc.integer({ min: 0, max: requests }).map((events) => ({ requests, events })))
const looks = fc.array(fc.record({ before: counts, after: counts }), { minLength: 1, maxLength: 20 })

describe('evidence', () => {
  it('of numbers however large is a number', () => {
    fc.assert(
      fc.property(looks, fc.double({ min: 0.001, max: 0.99, noNaN: true }), (some, limit) => {
        expect(evidenceOfMore(some)).toBeGreaterThanOrEqual(0)
        for (const { after } of some) expect(evidenceAbove(after, limit)).toBeGreaterThanOrEqual(0)
      }),
    )
    expect(evidenceOfMore([look(1e9, 1e6, 1e9, 1e7)])).toBe(Number.POSITIVE_INFINITY)
  })

  it('does not depend on the order of looks', () => {
    fc.assert(
      fc.property(looks, (some) => {
        expect(Math.log(evidenceOfMore(some.toReversed()))).toBeCloseTo(Math.log(evidenceOfMore(some)), 6)
      }),
    )
  })

  it('is the same when a look is split in two of the same shares', () => {
    fc.assert(
      fc.property(looks, fc.double({ min: 0, max: 1, noNaN: true }), (some, part) => {
        const split = some.flatMap(({ before, after }) => {
          // Twice the requests each, so that halves are whole; the events anywhere.
          const [b, a] = [Math.floor(before.events * part), Math.floor(after.events * part)]
          return [
            look(before.requests, b, after.requests, a),
            look(before.requests, before.events - b, after.requests, after.events - a),
          ]
        })
        const whole = some.map(({ before, after }) =>
          look(2 * before.requests, before.events, 2 * after.requests, after.events),
        )
        expect(Math.log(evidenceOfMore(split))).toBeCloseTo(Math.log(evidenceOfMore(whole)), 6)
      }),
    )
  })

  it('is changed by no look with one version only', () => {
    const some = [look(80, 1, 20, 2)]
    expect(evidenceOfMore([...some, look(100, 50, 0, 0), look(0, 0, 100, 50)])).toBe(evidenceOfMore(some))
  })

  it.each([0.001, 0.01, 0.05, 0.3])(
    'under equal rates of %f ever reaches 1/alpha in at most alpha of runs',
    (rate) => {
      const [random, runs, alpha] = [seeded(7), 2000, 0.05]
      let crossed = 0
      for (let run = 0; run < runs; run += 1) {
        const seen: Look[] = []
        for (let minute = 0; minute < 60; minute += 1) {
          const share = [0.2, 0.4, 0.6, 0.8][Math.floor(minute / 15)] ?? 0
          seen.push(randomLook(40, share, rate, random))
          // It grows by events on the new version only.
          if (seen.at(-1)?.after.events && evidenceOfMore(seen) >= 1 / alpha) {
            crossed += 1
            break
          }
        }
      }
      expect(crossed / runs).toBeLessThanOrEqual(alpha)
      // It is a test, not a constant: something is found where there is something.
      expect(
        evidenceOfMore(Array.from({ length: 60 }, () => randomLook(40, 0.5, rate * 3, random, rate))),
      ).toBeGreaterThan(rate > 0.005 ? 20 : 0)
    },
  )

  it('above a limit, at the limit, ever reaches 1/alpha in at most alpha of runs', () => {
    const [random, runs, alpha] = [seeded(11), 4000, 0.05]
    let crossed = 0
    for (let run = 0; run < runs; run += 1) {
      let [requests, events] = [0, 0]
      for (let at = 0; at < 200; at += 1) {
        requests += 5
        for (let each = 0; each < 5; each += 1) events += Number(random() < 0.05)
        if (evidenceAbove({ requests, events }, 0.05) >= 1 / alpha) {
          crossed += 1
          break
        }
      }
    }
    expect(crossed / runs).toBeLessThanOrEqual(alpha)
    expect(crossed).toBeGreaterThan(0)
  })
})

function randomLook(
  requests: number,
  share: number,
  after: number,
  random: () => number,
  before = after,
): Look {
  const sum = look(0, 0, 0, 0) as {
    before: { requests: number; events: number }
    after: { requests: number; events: number }
  }
  for (let each = 0; each < requests; each += 1) {
    const version = random() < share ? sum.after : sum.before
    version.requests += 1
    version.events += Number(random() < (version === sum.after ? after : before))
  }
  return sum
}
