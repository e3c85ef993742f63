/**
 * Simulated rollouts: cells in which a deployment grows, requests, events, and the rules that watch them.
 *
 * Four cells share the traffic of a fleet 10/20/30/40. Each has ten instances; an instance has the new version
 * from the percentage of its bucket on. 20 % are added every 6 minutes; after half an hour all have it, and it
 * bakes for another. Requests are Poisson, events binomial and independent.
 *
 * @module
 */
import { alphaOf, judge, type Look } from '../src/index.ts'

const SHARES = [0.1, 0.2, 0.3, 0.4]
const INSTANCES = 10
const MINUTES = 60

/** A rule that watches one cell; asked once a minute, it says whether to stop. */
export type Rule = (looks: readonly Look[]) => boolean

/** What became of a rollout under one rule. */
export interface Outcome {
  readonly stopped: boolean
  /** Requests that failed on the new version before it was taken back. */
  failures: number
  /** Cells that had the new version. */
  readonly cells: number
}

export interface Scenario {
  /** Requests a minute of the whole fleet. */
  readonly perMinute: number
  readonly before: number
  readonly after: number
}

/** Simulates one rollout under every rule: the same traffic for each. */
export function simulate<Name extends string>(
  { perMinute, before, after }: Scenario,
  rules: Readonly<Record<Name, () => Rule>>,
  random: () => number,
): Record<Name, Outcome> {
  const cells = SHARES.map((share) => cellOf(perMinute * share, before, after, random))
  const outcomes = Object.entries<() => Rule>(rules).map(([name, make]) => [name, follow(cells, make)])
  return Object.fromEntries(outcomes)
}

function follow(cells: readonly (readonly Look[])[], make: () => Rule): Outcome {
  let failures = 0
  for (const [index, looks] of cells.entries()) {
    const rule = make()
    for (let minute = 1; minute <= looks.length; minute += 1) {
      failures += looks[minute - 1]?.after.events ?? 0
      if (rule(looks.slice(0, minute))) return { stopped: true, failures, cells: index + 1 }
    }
  }
  return { stopped: false, failures, cells: cells.length }
}

function cellOf(perMinute: number, before: number, after: number, random: () => number): Look[] {
  const buckets = Array.from({ length: INSTANCES }, () => random())
  return Array.from({ length: MINUTES }, (_, minute) => {
    const grown = Math.min(1, Math.floor(minute / 6) * 0.2)
    const share = buckets.filter((bucket) => bucket < grown).length / INSTANCES
    const [old, fresh] = [poisson(perMinute * (1 - share), random), poisson(perMinute * share, random)]
    return {
      before: { requests: old, events: binomial(old, before, random) },
      after: { requests: fresh, events: binomial(fresh, after, random) },
    }
  })
}

/** Our gate with the watch of the documentation's plan, in each of four cells. */
export function sequentialGate(): Rule {
  const alpha = alphaOf({ falseAlarms: 0.05, cells: SHARES.length, watches: 1 })
  const watch = { name: 'errors', worse: 'more', atMost: 0.05 } as const
  return (looks) =>
    // Without an event on the new version the evidence has not grown: nothing to judge.
    looks.at(-1)?.after.events !== 0 && judge(watch, looks, { alpha, leastDelta: 0.001 }).verdict === 'WORSE'
}

/** Argo Rollouts' documented example: a success rate of 95 % a minute, failureLimit 3. */
export function argoRule(): Rule {
  let failed = 0
  return (looks) => {
    const { requests = 0, events = 0 } = looks.at(-1)?.after ?? {}
    if (requests > 0 && events / requests > 0.05) failed += 1
    return failed > 3
  }
}

/** A CloudWatch alarm over both versions: above 5 % in two minutes running. */
export function alarmRule(): Rule {
  return (looks) => looks.length >= 2 && looks.slice(-2).every((look) => errorRate(look) > 0.05)
}

function errorRate({ before, after }: Look): number {
  const requests = before.requests + after.requests
  return requests === 0 ? 0 : (before.events + after.events) / requests
}

/** Random numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function poisson(mean: number, random: () => number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian(random)))
  let [count, product] = [0, random()]
  for (const limit = Math.exp(-mean); product > limit; product *= random()) count += 1
  return count
}

/** From gap to gap between events, so that rare events cost little. */
function binomial(trials: number, rate: number, random: () => number): number {
  if (rate <= 0) return 0
  if (rate >= 1) return trials
  const perGap = Math.log(1 - rate)
  let [count, at] = [0, 0]
  for (;;) {
    at += Math.floor(Math.log(1 - random()) / perGap) + 1
    if (at > trials) return count
    count += 1
  }
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
