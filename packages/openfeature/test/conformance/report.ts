/**
 * The report of a run, in the form that the TCK has for it: an envelope, and results as Cucumber's JSON.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DECLARED, NOT_APPLICABLE, type Scenario } from './scenarios.ts'
import type { Place } from './subject.ts'

/** Of the assets that the scenarios were read from. */
const SPEC_REVISION = 'bda599f1'

const versionIn = (path: string): string =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../..', path), 'utf8')).version

/** Without times and durations: two runs that saw the same are the same. */
export function resultsOf(
  scenarios: readonly Scenario[],
  outcomes: ReadonlyMap<Scenario, string>,
  reasonOf: (scenario: Scenario) => string | undefined,
): object[] {
  return [...new Set(scenarios.map(({ feature }) => feature))].map((feature) => ({
    uri: `gherkin/${feature}.feature`,
    keyword: 'Feature',
    name: feature,
    elements: scenarios
      .filter((scenario) => scenario.feature === feature)
      .map((scenario) => ({
        type: 'scenario',
        keyword: 'Scenario',
        name: scenario.name,
        tags: scenario.tags.map((name) => ({ name })),
        steps: [
          {
            keyword: '* ',
            name: reasonOf(scenario) ?? 'as test/conformance/scenarios.ts has it',
            result: { status: outcomes.get(scenario) ?? 'undefined' },
          },
        ],
      })),
  }))
}

/** @param digest of the results' bytes. */
export function envelopeOf(place: Place, digest: string): object {
  return {
    schemaVersion: '1',
    provider: {
      name: 'appconfig-kit',
      version: versionIn('package.json'),
      language: 'javascript',
      configuration: place,
      repository: 'https://github.com/appconfig-kit/appconfig-kit',
    },
    sdk: {
      name: '@openfeature/server-sdk',
      version: versionIn('node_modules/@openfeature/server-sdk/package.json'),
    },
    tck: {
      implementation: 'appconfig-kit/packages/openfeature/test/conformance',
      version: versionIn('package.json'),
      specRevision: SPEC_REVISION,
    },
    backend:
      place === 'memory'
        ? { description: 'memory() of @appconfig-kit/core', controlApi: 'in-process' }
        : {
            description:
              'direct() with the AWS SDK, over sockets, against @appconfig-kit/local in the same process',
            controlApi: 'in-process',
          },
    declaration: { declared: DECLARED, notApplicable: NOT_APPLICABLE },
    results: { format: 'cucumber-json', location: `${place}.results.json`, digest },
    knownDeviations: [
      {
        capability: '@disabled-flags',
        summary:
          'A boolean flag that is off stays false whatever the code default is: a default of true must not undo a kill switch. The scenarios can not tell, since their default is false.',
      },
    ],
  }
}
