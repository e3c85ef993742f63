/** The drivers of rollouts as their users run them: the workflow's scripts by bash, the function by node. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import { type ManualClock, manualClock } from '@appconfig-kit/core/testing'
import { type LocalAppConfig, startLocalAppConfig } from '@appconfig-kit/local'
import { beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type CloudWatch, startCloudWatch } from '../src/cloudwatch.ts'
import { type Finished, ROOT, run } from '../src/run.ts'

const DRIVERS = join(ROOT, 'packages/rollout/drivers')
const WORKFLOW = join(DRIVERS, 'github-actions/rollout.yml')
const NO_AWS = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_REGION: 'us-east-1',
  AWS_PROFILE: undefined,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
}
const CELLS = ['dev', 'prod-01', 'prod-02']
const ALARM = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors'
const PLAN = `application: api
profile: default
waves:
  - name: dev
    strategy: Local.Instant
    hold: true
  - name: prod
    cells: [prod-01, prod-02]
    strategy: Local.Instant
`

let folder: string
let local: LocalAppConfig
let clock: ManualClock
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drivers-'))
  clock = manualClock()
  local = await startLocalAppConfig({ clock })
  for (const environment of CELLS) await deploy(environment, 'v1')
  write('rollout.yaml', PLAN)
  write('default.json', '{"label":"v2"}')
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
  symlinkSync(
    join(ROOT, 'packages/cli/bin/appconfig-kit.mjs'),
    join(folder, 'node_modules/.bin/appconfig-kit'),
  )
  return async () => {
    await local.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
const deploy = (environment: string, label: string) =>
  local.deploy({
    application: 'api',
    environment,
    profile: 'default',
    content: { label },
    versionLabel: label,
    monitors: environment === 'prod-02' ? [ALARM] : [],
  })
const changes = (): string[] =>
  local.calls
    .filter(({ operation }) => /^(Start|Stop)Deployment$/.test(operation))
    .map(({ operation, target }) => `${operation.slice(0, -10)} ${target.environment}`)

interface Step {
  readonly name?: string
  readonly run?: string
  readonly uses?: string
  readonly shell?: string
  readonly with?: Readonly<Record<string, string>>
}
const workflow = parse(readFileSync(WORKFLOW, 'utf8'))
const steps: readonly Step[] = workflow.jobs.rollout.steps

type Names = Readonly<Record<string, string>>
interface Started {
  readonly event: 'workflow_dispatch' | 'schedule'
  readonly inputs?: Names
  readonly vars?: Names
}

/** The value of a text with `${{ }}`, by GitHub's own evaluator. */
function evaluate(text: string, { event, inputs = {}, vars = {} }: Started): string {
  const contexts = { github: { event_name: event }, inputs, vars }
  const context = JSON.parse(JSON.stringify(contexts), data.reviver)
  return String(text).replaceAll(/\$\{\{(.*?)\}\}/g, (_, expression: string) => {
    const { tokens } = new Lexer(expression.trim()).lex()
    const tree = new Parser(tokens, ['github', 'inputs', 'vars'], []).parse()
    return new Evaluator(tree, context).evaluate().coerceString()
  })
}

/** Runs a step as a runner does. */
function runStep(name: string, started: Started, more: Names = {}): Promise<Finished> {
  const script = steps.find((step) => step.name === name)?.run ?? ''
  write('script.sh', script)
  const env = Object.fromEntries(
    Object.entries(workflow.jobs.rollout.env as Names).map(([key, value]) => [key, evaluate(value, started)]),
  )
  return run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', 'script.sh'], folder, {
    ...NO_AWS,
    AWS_ENDPOINT_URL_APPCONFIG: local.url,
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    ...env,
    ...more,
  })
}
const dispatch = (inputs: Names, more?: Names) =>
  runStep('Roll out', { event: 'workflow_dispatch', inputs: { action: 'run', through: '', ...inputs } }, more)

describe('the workflow', { timeout: 120_000 }, () => {
  it('is one for GitHub’s own language service, which finds what is not', async () => {
    const check = (file: string) =>
      run(process.execPath, ['src/drivers/check-workflow.mjs', file], join(ROOT, 'test'))
    const broken = readFileSync(WORKFLOW, 'utf8')
      .replace('type: choice', 'type: choise')
      .replace('vars.R', 'varz.R')
    write('broken.yml', broken)

    expect(await check(WORKFLOW)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect((await check(join(folder, 'broken.yml'))).stdout).toMatch(
      /'choise'[\s\S]*varz|varz[\s\S]*'choise'/,
    )
  })

  it('gives scripts nothing but the environment, checks out tags only, and has the least rights', () => {
    for (const { run: script = '' } of steps) expect(script).not.toContain('${{')
    expect(steps.filter(({ run: script }) => script?.includes('rollout')).map(({ shell }) => shell)).toEqual([
      'bash',
      'bash',
    ])
    const checkout = steps.find(({ uses }) => uses?.startsWith('actions/checkout@'))
    expect(checkout?.with?.['ref']).toMatch(/^refs\/tags\/\$\{\{/)
    expect(workflow.permissions).toEqual({})
    expect(workflow.jobs.rollout.permissions).toEqual({ contents: 'read', 'id-token': 'write' })
    // Whatever npm runs has no credentials yet.
    const order = steps.map(({ uses, run: script }) => uses ?? script ?? '')
    expect(order.findIndex((each) => each.startsWith('npm ci'))).toBeLessThan(
      order.findIndex((each) => each.startsWith('aws-actions/')),
    )
  })

  it('lets a way back wait for no way out', () => {
    const groupOf = (started: Started) => evaluate(workflow.concurrency.group, started)
    const out = groupOf({ event: 'workflow_dispatch', inputs: { action: 'run' } })
    const back = groupOf({ event: 'workflow_dispatch', inputs: { action: 'back' } })

    expect(new Set([out, back, groupOf({ event: 'schedule' })]).size).toBe(3)
    expect(workflow.concurrency['cancel-in-progress']).not.toBe(true)
  })

  it('is green while the rollout waits, and when it is complete', async () => {
    const held = await dispatch({ label: 'v2' })
    const on = await dispatch({ label: 'v2', through: 'prod' })

    expect(held).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('to go on: --through prod\n::notice::'),
    })
    expect(on).toMatchObject({ code: 0, stdout: expect.stringMatching(/every cell has v2\n$/) })
    expect(changes()).toEqual(CELLS.map((cell) => `Start ${cell}`))
  })

  it('takes one step on schedule, of the label that the variables say, and none without', async () => {
    const vars = { ROLLOUT_LABEL: 'v2', ROLLOUT_THROUGH: 'prod' }
    const codes: (number | null)[] = []
    for (let at = 0; at < 5; at++) codes.push((await runStep('Roll out', { event: 'schedule', vars })).code)

    expect(codes).toEqual([0, 0, 0, 0, 0])
    expect(changes()).toEqual(CELLS.map((cell) => `Start ${cell}`))
    expect(evaluate(workflow.jobs.rollout.if, { event: 'schedule' })).toBe('')
    expect(evaluate(workflow.jobs.rollout.if, { event: 'schedule', vars })).toBe('v2')
  })

  it('is green when its time is over, and the next one goes on', async () => {
    write('rollout.yaml', PLAN.replaceAll('Local.Instant', 'AppConfig.AllAtOnce'))
    const over = await dispatch({ label: 'v2' }, { BUDGET: '8s' })
    clock.advance(11 * 60_000)
    const next = await dispatch({ label: 'v2' })

    expect(over).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('::notice::The time of this job is over'),
    })
    expect(next).toMatchObject({ code: 0, stdout: expect.stringContaining('to go on: --through prod') })
    expect(changes()).toEqual(['Start dev'])
  })

  it('is red when the time of a way back is over', async () => {
    await dispatch({ label: 'v2' })
    // Something else is in progress there, so this cell cannot be reverted now.
    await local.deploy({
      application: 'api',
      environment: 'dev',
      profile: 'other',
      content: {},
      strategy: 'AppConfig.AllAtOnce',
    })

    const { code, stdout } = await dispatch({ label: 'v2', action: 'back' }, { BUDGET: '8s' })

    expect([code, stdout]).toEqual([8, expect.stringContaining('::error::The time of this job is over')])
  })

  it('is red when the rollout failed, and everything was taken back', async () => {
    write(
      'rollout.yaml',
      PLAN.replace('prod-02]\n    strategy: Local.Instant', 'prod-02]\n    strategy: AppConfig.AllAtOnce'),
    )
    await dispatch({ label: 'v2', through: 'prod' }, { BUDGET: '8s' })
    local.setAlarm(ALARM, 'ALARM')

    const { code, stdout } = await dispatch({ label: 'v2', through: 'prod' })

    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('::error::The rollout ended with exit code 1.'),
    ])
    expect(
      changes()
        .filter((each) => each.startsWith('Stop'))
        .sort(),
    ).toEqual(['Stop dev', 'Stop prod-01'])
  })

  it('goes back whatever wave is named, and is red with 8 where a cell keeps the version', async () => {
    await dispatch({ label: 'v2', through: 'prod' })
    const back = await dispatch({ label: 'v2', action: 'back', through: 'no such wave' })
    await local.deploy({ application: 'api', environment: 'new', profile: 'limits', content: {} })
    write('rollout.yaml', PLAN.replace('prod-02', 'new'))
    write('default.json', '{"label":"v3"}')
    await dispatch({ label: 'v3', through: 'prod' })
    const left = await dispatch({ label: 'v3', action: 'back' })

    expect(back).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('taken back: dev, prod-01, prod-02'),
    })
    expect([left.code, left.stdout]).toEqual([
      8,
      expect.stringContaining('new still has v3: it is the first version'),
    ])
    expect(left.stdout).toContain('::error::Some cells still have the version')
  })

  it.each([
    '"; touch harm; echo "$(touch harm)',
    "'; touch harm; '`touch harm`",
    '-x && touch harm; a b*c ?',
    '--help',
  ])('runs nothing of the label %s', async (label) => {
    const { code } = await dispatch({ label, through: '$(touch harm)"`touch harm`' })
    const status = await runStep('Show every cell', { event: 'workflow_dispatch', inputs: { label } })

    // There is no such wave: that is what fails, and nothing else is done.
    expect([code, status.code]).toEqual([4, 0])
    expect(existsSync(join(folder, 'harm'))).toBe(false)
    expect(changes()).toEqual([])
    expect((await dispatch({ label })).code).toBe(0)
    expect(existsSync(join(folder, 'harm'))).toBe(false)
  })

  it('shows every cell in its summary', async () => {
    await dispatch({ label: 'v2' })
    await runStep('Show every cell', { event: 'workflow_dispatch', inputs: { label: 'v2' } })

    const summary = readFileSync(join(folder, 'summary.md'), 'utf8')
    expect(summary).toMatch(/^```\nCELL[\s\S]*\ndev +dev +done[\s\S]*\nprod-02 +prod +to-do[\s\S]*\n```\n$/)
  })
})

describe('the function', { timeout: 120_000 }, () => {
  /** Where packages resolve as they do for a user. */
  const INSTALLED = join(ROOT, 'test/node_modules/.drivers')
  let task: string
  let cloudWatch: CloudWatch
  beforeEach(async () => {
    cloudWatch = await startCloudWatch()
    cloudWatch.putAlarm({ name: 'errors', state: 'OK' })
    mkdirSync(INSTALLED, { recursive: true })
    task = mkdtempSync(join(INSTALLED, 'task-'))
    for (const name of readdirSync(join(DRIVERS, 'lambda')).filter((each) => each.endsWith('.mjs'))) {
      put(name, readFileSync(join(DRIVERS, 'lambda', name), 'utf8'))
    }
    put('rollout.yaml', PLAN)
    mkdirSync(join(task, 'content'))
    put('content/v2.json', '{"label":"v2"}')
    return async () => {
      rmSync(task, { recursive: true, force: true })
      await cloudWatch.close()
    }
  })
  const put = (name: string, text: string): void => writeFileSync(join(task, name), text)

  /** Invokes an exported handler in a process of its own, again and again, as a warm function is. */
  function invoke(load: string, ...events: object[]): Promise<Finished> {
    const program = `const { handler } = ${load}
for (const event of ${JSON.stringify(events)}) {
  const end = await handler(event).catch(({ name, message }) => ({ name, message }))
  console.log('> ' + JSON.stringify(end))
}`
    return run(process.execPath, ['--input-type=module', '-e', program], task, {
      ...NO_AWS,
      AWS_ENDPOINT_URL_APPCONFIG: local.url,
      AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.url,
    })
  }
  const answers = ({ stdout }: Finished): unknown[] =>
    stdout
      .split('\n')
      .filter((line) => line.startsWith('> '))
      .map((line) => JSON.parse(line.slice(2)))
  const v2 = { label: 'v2', through: 'prod' }
  const OUT = [v2, v2, v2, v2, v2]
  const COMPLETE = { outcome: 'complete', why: 'every cell has v2', done: true, failed: false }

  it('takes steps as it is shipped, and logs a line for each', async () => {
    const ran = await invoke(`await import('./handler.mjs')`, ...OUT)

    expect(answers(ran).at(-1)).toEqual(COMPLETE)
    expect(ran.stdout).toContain('\nv2: complete: every cell has v2\n')
    expect(ran.stderr).toBe('')
    expect(changes()).toEqual(CELLS.map((cell) => `Start ${cell}`))
  })

  it('does not start a wave while an alarm fires, and asks CloudWatch for nothing else', async () => {
    cloudWatch.putAlarm({ name: 'errors', state: 'ALARM' })

    const ran = await invoke(`await import('./handler.mjs')`, ...OUT)

    expect(answers(ran).at(-1)).toMatchObject({
      name: 'RolloutFailed',
      message: expect.stringContaining('prod-02 would be rolled back at once: alarm errors is in ALARM'),
    })
    expect(changes()).toEqual(['Start dev'])
    expect(new Set(cloudWatch.calls.map(({ operation }) => operation))).toEqual(new Set(['DescribeAlarms']))
  })

  it('says which content is missing, and reads no other file', async () => {
    put('secret.json', '{"label":"v2"}')
    const labels = ['v9', '../secret', '..%2Fsecret', '../../../../../etc/hostname']
    const ends = answers(await invoke(`await import('./handler.mjs')`, ...labels.map((label) => ({ label }))))

    expect(ends[0]).toEqual({
      name: 'RolloutError',
      message: 'The function has no file content/v9.json: deploy it with that file first.',
    })
    expect(ends).toHaveLength(labels.length)
    expect(ends.every((end) => (end as Error).name !== undefined)).toBe(true)
    expect(changes()).toEqual([])
  })

  it('answers a failure with an error that a state machine and an alarm see', async () => {
    await invoke(`await import('./handler.mjs')`, ...OUT)
    const back = { label: 'v2', goal: 'back' }
    const [, , , taken, failed] = answers(
      await invoke(`await import('./handler.mjs')`, back, back, back, back, v2),
    )

    expect(taken).toMatchObject({ outcome: 'taken-back', failed: false })
    expect(failed).toMatchObject({
      name: 'RolloutFailed',
      message: expect.stringContaining('is taken-back: taken back'),
    })
  })

  it.each(['esm', 'cjs'])('works in a bundle: %s', async (format) => {
    put(
      'tsdown.config.mjs',
      `export default { entry: ['handler.mjs'], format: '${format}', platform: 'node', outDir: 'out', dts: false,
  shims: true, noExternal: [/./], inlineOnly: false, outExtensions: () => ({ js: '.${format === 'esm' ? 'mjs' : 'cjs'}' }), logLevel: 'error' }`,
    )
    const built = await run(join(ROOT, 'node_modules/.bin/tsdown'), [], task)
    expect(built.code, built.stdout + built.stderr).toBe(0)
    // Alone, without what is installed.
    const alone = mkdtempSync(join(tmpdir(), 'bundle-'))
    for (const name of readdirSync(join(task, 'out'))) {
      writeFileSync(join(alone, name), readFileSync(join(task, 'out', name)))
    }
    writeFileSync(join(alone, 'rollout.yaml'), PLAN)
    mkdirSync(join(alone, 'content'))
    writeFileSync(join(alone, 'content/v2.json'), '{"label":"v2"}')
    const load =
      format === 'esm'
        ? `await import('${alone}/handler.mjs')`
        : `(await import('node:module')).createRequire('${alone}/')('./handler.cjs')`

    const ran = await invoke(load, ...OUT)
    rmSync(alone, { recursive: true })

    expect(answers(ran).at(-1), ran.stderr).toEqual(COMPLETE)
  })

  it('is made in CommonJS too', async () => {
    put(
      'index.cjs',
      `const { readFile } = require('node:fs/promises')
const { readPlan } = require('@appconfig-kit/rollout')
const { stepHandler } = require('@appconfig-kit/rollout/lambda')
const { AppConfigClient } = require('@aws-sdk/client-appconfig')
exports.handler = stepHandler({
  readPlan: async () => readPlan(await readFile('rollout.yaml')),
  readContent: async () => ({ bytes: await readFile('content/v2.json'), contentType: 'application/json' }),
  ports: { client: new AppConfigClient() },
})`,
    )
    const ran = await invoke(`(await import('./index.cjs')).default`, ...OUT)

    expect(answers(ran).at(-1), ran.stderr).toEqual(COMPLETE)
  })
})
