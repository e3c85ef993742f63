/**
 * Whether one claim holds whenever another does.
 *
 * Sound but incomplete: true is right for every context, false may mean that no proof was found.
 *
 * @module
 */
import { type Claim, NEVER } from './claim.ts'
import { entails, excludes, type Fact, isImpossible } from './fact.ts'

/**
 * Beyond these limits, a claim is replaced by a weaker one: a part of an `and`, or one that always holds.
 * What follows from the weaker claim follows from the claim; only rules of thousands of characters get there.
 */
const MOST_CASES = 256
const MOST_FACTS = 32

/** Facts that hold at once. */
type Case = readonly Fact[]

/** Whether `b` holds whenever `a` does. */
export function implies(a: Claim, b: Claim): boolean {
  return possibleCasesOf(a).every((facts) => follows(facts, b))
}

/** Whether a claim holds in no context. */
export function neverHolds(a: Claim): boolean {
  return implies(a, NEVER)
}

const known = new WeakMap<Claim, readonly Case[]>()

/** Cached for each claim, which is compared with all variants above it. */
function possibleCasesOf(claim: Claim): readonly Case[] {
  const cases = known.get(claim) ?? casesOf(claim).filter((facts) => !isContradictory(facts))
  known.set(claim, cases)
  return cases
}

/** The ways in which a claim can hold. */
function casesOf(claim: Claim): readonly Case[] {
  if ('all' in claim) return claim.all.map(casesOf).reduce(together, [[]])
  if ('any' in claim) return orNothing(claim.any.flatMap(casesOf))
  const { test, holds } = claim
  if (!holds || test.each.length === 0 || test.each.length > MOST_CASES) return [[claim]]
  return test.each.map((single) => [{ test: single, holds }])
}

function orNothing(cases: readonly Case[]): readonly Case[] {
  return cases.length > MOST_CASES ? [[]] : cases
}

function together(cases: readonly Case[], more: readonly Case[]): readonly Case[] {
  if (more.length > 1 && cases.length * more.length > MOST_CASES) return cases
  if (cases.some((facts) => facts.length >= MOST_FACTS)) return cases
  return cases.flatMap((facts) => more.map((others) => [...facts, ...others]))
}

function isContradictory(facts: Case): boolean {
  return facts.some(
    (fact, at) => isImpossible(fact) || facts.slice(at + 1).some((other) => excludes(fact, other)),
  )
}

function follows(facts: Case, claim: Claim): boolean {
  if ('all' in claim) return claim.all.every((part) => follows(facts, part))
  if ('any' in claim) return claim.any.some((part) => follows(facts, part))
  return facts.some((fact) => entails(fact, claim))
}
