/** The plan file: what is read, and what is refused and why. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PlanError, readPlan } from '../src/index.ts'

const GOOD = `
# yaml-language-server: $schema=./node_modules/@appconfig-kit/rollout/rollout.schema.json
application: api
profile: default
waves:
  - name: dev
    strategy: AppConfig.AllAtOnce
    keep: true
  - name: prod-01
    strategy: AppConfig.Linear20PercentEvery6Minutes
    soak: 4h
    hold: true
  - name: prod
    cells: [prod-02, { environment: prod-03, application: api-eu }]
    strategy: AppConfig.Linear20PercentEvery6Minutes
gate:
  from: cloudwatch
  watch:
    errors: { worse: more, atMost: 5% }
    checkout: { worse: fewer }
  leastDelta: 0.5%
`

async function problems(text: string, file?: string): Promise<string[]> {
  const error = await readPlan(Buffer.from(text), file).catch((thrown: unknown) => thrown)
  if (!(error instanceof PlanError)) throw new Error('it was taken')
  return error.message.split('\n')
}

/** The good plan with a line more after the one that holds `after`. */
const withLine = (after: string, line: string): string => GOOD.replace(after, `${after}\n${line}`)

it('is read, with its defaults', async () => {
  const [dev, first, prod] = (await readPlan(Buffer.from(GOOD))).waves
  const { gate, onFailure } = await readPlan(Buffer.from(GOOD))

  expect(dev).toEqual({
    name: 'dev',
    cells: [{ name: 'dev', application: 'api', environment: 'dev' }],
    strategy: 'AppConfig.AllAtOnce',
    soakMs: 0,
    hold: false,
    keep: true,
  })
  expect([first?.soakMs, first?.hold, first?.keep]).toEqual([14_400_000, true, false])
  expect(prod?.cells.map(({ name }) => name)).toEqual(['prod-02', 'api-eu/prod-03'])
  expect(onFailure).toBe('take-back')
  expect(gate).toEqual({
    from: 'cloudwatch',
    watch: [
      { name: 'errors', worse: 'more', atMost: 0.05 },
      { name: 'checkout', worse: 'fewer', atMost: undefined },
    ],
    falseAlarms: 0.05,
    leastDelta: 0.005,
    whenUndecided: 'pass',
    whenNoRequests: 'hold',
  })
})

it('may be JSON', async () => {
  const plan = { application: 'a', profile: 'p', waves: [{ name: 'w', strategy: 's', soak: '90s' }] }
  expect((await readPlan(Buffer.from(JSON.stringify(plan)), 'plan.json')).waves[0]?.soakMs).toBe(90_000)
  expect(await problems('{"application": "a", "application": "b"}', 'plan.json')).toEqual(
    expect.arrayContaining([expect.stringMatching(/^plan\.json:1:\d+: application /)]),
  )
})

describe('is refused', () => {
  it.each([
    [
      'a version',
      'profile: default',
      'version: 7',
      /^rollout\.yaml:5:\d+: version is refused: .*give the file and --label to the run/,
    ],
    ['a label', 'profile: default', 'label: v8', /label is refused/],
    ['configuration', 'profile: default', 'configuration: { a: 1 }', /configuration is refused/],
    [
      'environments',
      'profile: default',
      'environments: [dev]',
      /environments is refused: a plan names what exists/,
    ],
    [
      'monitors of a wave',
      '    keep: true',
      '    monitors: []',
      /^rollout\.yaml:9:\d+: waves\.0\.monitors is refused: a plan names/,
    ],
    ['alarms', 'profile: default', 'alarms: []', /alarms is refused/],
    ['policies of roles', 'profile: default', 'policies: []', /policies is refused/],
    [
      'a percentage',
      '    keep: true',
      '    percentage: 20',
      /waves\.0\.percentage is refused: .* are those of the deployment strategy/,
    ],
    ['steps', '    keep: true', '    steps: [1]', /waves\.0\.steps is refused/],
    ['a bake', '    keep: true', '    bake: 10m', /waves\.0\.bake is refused/],
    ['a command', '    keep: true', '    run: ./check.sh', /waves\.0\.run is refused: a plan runs nothing/],
    ['a webhook', 'profile: default', 'webhooks: []', /webhooks is refused/],
    ['a tenant', '    keep: true', '    tenants: [t]', /waves\.0\.tenants is refused: a plan goes by cells/],
    ['a condition', '    keep: true', '    if: friday', /waves\.0\.if is refused: a wave is never skipped/],
    [
      'another way back',
      'profile: default',
      'takeBackOrder: forward',
      /takeBackOrder is refused: the way back/,
    ],
    [
      'no alarms',
      '    keep: true',
      '    ignoreAlarms: true',
      /waves\.0\.ignoreAlarms is refused: alarms always guard/,
    ],
    ['a retry', 'profile: default', 'retry: 3', /retry is refused: a version that was taken back stays back/],
    [
      'a window',
      '    keep: true',
      '    window: {}',
      /waves\.0\.window is refused: this is not supported yet/,
    ],
    [
      'a word that means nothing',
      '    keep: true',
      '    soaks: 1h',
      /waves\.0\.soaks is no member of a plan/,
    ],
  ])('for %s', async (_, after, line, says) => {
    const found = await problems(withLine(after, line))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(says)
  })

  it.each([
    [
      'an ops environment',
      GOOD.replace('prod-02', 'prod-01-ops'),
      /:14:\d+: waves\.2\.cells\.0 must not be an ops environment/,
    ],
    [
      'ops as a wave',
      GOOD.replace('name: dev', 'name: ops'),
      /waves\.0\.name must not be an ops environment/,
    ],
    [
      'a strategy that is defined',
      GOOD.replace('AppConfig.AllAtOnce', '{ growth: 10 }'),
      /waves\.0\.strategy must be the name of a deployment strategy/,
    ],
    [
      'a template',
      GOOD.replace('profile: default', 'profile: "{{profile}}"'),
      /:4:\d+: profile must not be a template/,
    ],
    [
      'the same cell twice',
      GOOD.replace('prod-02', 'prod-01'),
      /waves\.2\.cells\.0 is a cell of this plan already/,
    ],
    [
      'the same wave twice',
      GOOD.replace('name: prod\n', 'name: dev\n'),
      /waves\.2\.name is the name of an earlier wave/,
    ],
    ['a soak without a unit', GOOD.replace('4h', '240'), /waves\.1\.soak must be/],
    ['a soak in weeks', GOOD.replace('4h', '4w'), /waves\.1\.soak must be a duration such as 30s/],
    ['an atMost that is no percentage', GOOD.replace('5%', '0.05'), /gate\.watch\.errors\.atMost must be/],
    [
      'a worse that means nothing',
      GOOD.replace('worse: fewer', 'worse: less'),
      /gate\.watch\.checkout\.worse must be one of more, fewer/,
    ],
    ['no waves', 'application: a\nprofile: p\nwaves: []\n', /waves must NOT have fewer than 1 items/],
    ['no application', 'profile: p\nwaves: [{ name: w, strategy: s }]\n', /the plan has no "application"/],
    ['a list', '- a\n', /the plan is no object/],
  ])('for %s', async (_, text, says) => {
    expect((await problems(text)).join('\n')).toMatch(says)
  })

  it('with all problems at once, in their order', async () => {
    const found = await problems(withLine('    keep: true', '    run: a').replace('4h', '4w'))
    expect(found.map((line) => line.split(':')[1])).toEqual(['9', '12'])
  })

  it('for bytes that are no document, with the place', async () => {
    expect(await problems('waves: [')).toEqual([expect.stringMatching(/^rollout\.yaml:\d+:\d+: /)])
    expect(await problems('')).toEqual(['rollout.yaml: the plan is empty'])
  })
})

it('has a schema that describes every member', () => {
  const schema = JSON.parse(readFileSync(new URL('../rollout.schema.json', import.meta.url), 'utf8'))
  expect(Object.keys(schema.definitions.wave.properties)).toEqual([
    'name',
    'cells',
    'strategy',
    'soak',
    'hold',
    'keep',
  ])
  expect(schema.additionalProperties).toBe(false)
})
