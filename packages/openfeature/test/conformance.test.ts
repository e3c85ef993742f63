/**
 * OpenFeature's Provider TCK in our own words, and its report.
 *
 * `APPCONFIG_KIT_WRITE_CONFORMANCE=1` writes the report; without, the committed one has to say what was seen.
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OpenFeature } from '@openfeature/server-sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { envelopeOf, resultsOf } from './conformance/report.ts'
import { DECLARED, NOT_APPLICABLE, SCENARIOS, type Scenario } from './conformance/scenarios.ts'
import { type Place, type Subject, startSubject } from './conformance/subject.ts'

const FOLDER = join(import.meta.dirname, '../conformance')
/** By file, the names of the TCK's scenarios, each with how many rows it has. */
const LISTED: Readonly<Record<string, Readonly<Record<string, number>>>> = JSON.parse(
  readFileSync(join(FOLDER, 'scenarios.json'), 'utf8'),
)

afterAll(() => OpenFeature.close())

it('every scenario of the TCK is here, once', () => {
  const here: Record<string, Record<string, number>> = {}
  for (const { feature, name } of SCENARIOS) {
    const title = name.replace(/ \([\w-]+, \w+\)$/, '')
    here[feature] = { ...here[feature], [title]: (here[feature]?.[title] ?? 0) + 1 }
  }

  expect(here).toEqual(LISTED)
  expect(new Set(SCENARIOS.map(({ feature, name }) => `${feature}: ${name}`)).size).toBe(65)
})

/** Why a scenario is not asked; undefined for one that is. */
function skipReason({ tags }: Scenario): string | undefined {
  const tag = tags.find((one) => !DECLARED.includes(one))
  return tag && `${tag}: ${NOT_APPLICABLE[tag] ?? 'not declared'}`
}

describe.each<Place>(['memory', 'direct'])('over %s', (place) => {
  let shared: Subject
  const outcomes = new Map<Scenario, 'passed' | 'failed' | 'skipped'>()
  beforeAll(async () => {
    shared = await startSubject(place)
  })
  afterAll(() => shared.close())

  for (const scenario of SCENARIOS) {
    const reason = skipReason(scenario)
    if (reason !== undefined) outcomes.set(scenario, 'skipped')
    it.skipIf(reason !== undefined)(`${scenario.feature}: ${scenario.name}`, async () => {
      outcomes.set(scenario, 'failed')
      const subject = scenario.isAlone ? await startSubject(place) : shared
      try {
        await scenario.run(subject)
      } finally {
        if (scenario.isAlone) await subject.close()
      }
      outcomes.set(scenario, 'passed')
    })
  }

  it('the committed report says so', () => {
    const results = `${JSON.stringify(resultsOf(SCENARIOS, outcomes, skipReason), undefined, 2)}\n`
    const digest = `sha256:${createHash('sha256').update(results).digest('hex')}`
    const report = `${JSON.stringify(envelopeOf(place, digest), undefined, 2)}\n`
    if (process.env['APPCONFIG_KIT_WRITE_CONFORMANCE'] === '1') {
      writeFileSync(join(FOLDER, `${place}.results.json`), results)
      writeFileSync(join(FOLDER, `${place}.report.json`), report)
    }

    expect([...outcomes.values()].filter((outcome) => outcome === 'failed')).toEqual([])
    expect(outcomes.size).toBe(65)
    expect(readFileSync(join(FOLDER, `${place}.results.json`), 'utf8')).toBe(results)
    const committed = readFileSync(join(FOLDER, `${place}.report.json`), 'utf8')
    expect(withoutVersions(committed)).toEqual(withoutVersions(report))
  })
})

/** A release, or a newer SDK, does not make a report wrong: it says with which versions it was made. */
function withoutVersions(report: string): unknown {
  return JSON.parse(report, (key, value) => (key === 'version' ? undefined : value))
}
