/** The command `rollout`, as a pipeline uses it: processes, sockets, files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ManualClock, manualClock } from '@appconfig-kit/core/testing'
import { type LocalAppConfig, startLocalAppConfig } from '@appconfig-kit/local'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { ROOT, run, start } from '../src/run.ts'

const PROGRAM = join(ROOT, 'packages/cli/bin/appconfig-kit.mjs')
const NO_AWS = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_REGION: undefined,
  AWS_PROFILE: undefined,
  AWS_ACCESS_KEY_ID: undefined,
}
const PLAN = `application: api
profile: default
waves:
  - name: dev
    strategy: Local.Instant
  - name: prod-01
    strategy: Local.Instant
    hold: true
  - name: prod
    cells: [prod-02, prod-03]
    strategy: Local.Instant
`
const CELLS = ['dev', 'prod-01', 'prod-02', 'prod-03']
const ALARM = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors'

let folder: string
let local: LocalAppConfig
let clock: ManualClock
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollout-'))
  clock = manualClock()
  local = await startLocalAppConfig({ clock })
  for (const environment of CELLS) await deploy(environment, 'v1')
  write('rollout.yaml', PLAN)
  write('default.json', '{"label":"v2"}')
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
const argsOf = (args: string): string[] => [PROGRAM, 'rollout', ...args.split(' '), '--endpoint', local.url]
const rollout = (args: string) => run(process.execPath, argsOf(args), folder, NO_AWS)
const RUN = 'run rollout.yaml default.json --label v2'
const changes = (): string[] =>
  local.calls
    .filter(({ operation }) => /^(Start|Stop)Deployment$/.test(operation))
    .map(({ operation, target }) => `${operation.slice(0, -10)} ${target.environment}`)

describe('appconfig-kit rollout', { timeout: 120_000 }, () => {
  it('goes to the wave that holds, then on, and says what it did', async () => {
    const first = await rollout(RUN)
    const status = await rollout('status rollout.yaml --label v2')
    const second = await rollout(`${RUN} --through prod`)
    const again = await rollout(`${RUN} --through prod`)

    expect(first).toEqual({
      code: 7,
      stderr: '',
      stdout: [
        'made the version in application api: it was missing',
        'started deployment 2 in dev: wave dev is next',
        'api/dev/default: deployment 2, version 2 (v2): COMPLETE',
        'started deployment 2 in prod-01: wave prod-01 is next',
        'api/prod-01/default: deployment 2, version 2 (v2): COMPLETE',
        'wave prod-01 is complete; to go on: --through prod',
        '',
      ].join('\n'),
    })
    expect(status.code).toBe(0)
    expect(status.stdout.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['CELL', 'WAVE', 'STATE', 'SEEN'],
      ['dev', 'dev', 'done', expect.stringMatching(/^deployment 2 is COMPLETE since 2023-/)],
      ['prod-01', 'prod-01', 'done', expect.stringContaining('COMPLETE')],
      ['prod-02', 'prod', 'to-do', 'has v1'],
      ['prod-03', 'prod', 'to-do', 'has v1'],
      [''],
    ])
    expect([second.code, second.stderr]).toEqual([0, ''])
    expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/every cell has v2\n$/) })
    expect(changes()).toEqual(CELLS.map((cell) => `Start ${cell}`))
  })

  it('takes one step with --once, and exits 7 until there is none', async () => {
    const codes: (number | null)[] = []
    do codes.push((await rollout(`${RUN} --through prod --once`)).code)
    while (codes.at(-1) === 7 && codes.length < 20)

    expect(codes).toEqual([7, 7, 7, 7, 7, 0])
  })

  it('takes every cell back when an alarm fires in one: exit code 1', async () => {
    write(
      'rollout.yaml',
      PLAN.replace('prod-03]\n    strategy: Local.Instant', 'prod-03]\n    strategy: AppConfig.AllAtOnce'),
    )
    const running = start(process.execPath, argsOf(`${RUN} --through prod`), folder, NO_AWS)
    onTestFinished(() => void running.process.kill('SIGKILL'))
    await running.printed(/started deployment 2 in prod-03/)

    local.setAlarm(ALARM, 'ALARM')
    const { code } = await running.finished

    expect(code).toBe(1)
    expect(changes().slice(4)).toEqual(['Stop prod-03', 'Stop prod-01', 'Stop dev'])
    expect(await rollout(RUN)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('never started again'),
    })
  })

  it('killed in the middle and run again ends as if nothing had happened', async () => {
    write(
      'rollout.yaml',
      PLAN.replaceAll('Local.Instant', 'AppConfig.AllAtOnce').replace('    hold: true\n', ''),
    )
    const process_ = () => {
      const running = start(process.execPath, argsOf(RUN), folder, NO_AWS)
      onTestFinished(() => void running.process.kill('SIGKILL'))
      return running
    }
    for (const [cell, before] of [['dev'], ['prod-01', 'dev'], ['prod-02', 'prod-01']]) {
      const running = process_()
      if (before) {
        await running.printed(new RegExp(`^${before} in progress`, 'm'))
        clock.advance(11 * 60_000)
      }
      await running.printed(new RegExp(`^started deployment 2 in ${cell}`, 'm'))
      running.process.kill('SIGKILL')
      expect((await running.finished).code).toBe(null)
    }
    const last = process_()
    await last.printed(/^prod-02, prod-03 in progress/m)
    clock.advance(11 * 60_000)

    expect((await last.finished).code).toBe(0)
    expect(changes()).toEqual(CELLS.map((cell) => `Start ${cell}`))
  })

  it('back: exit code 0, or 8 with a line for each cell that still has the version', async () => {
    await rollout(`${RUN} --through prod`)
    const taken = await rollout('back rollout.yaml --label v2')
    expect(taken).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('taken back: dev, prod-01, prod-02, prod-03'),
    })

    await local.deploy({ application: 'api', environment: 'new', profile: 'limits', content: {} })
    write('rollout.yaml', PLAN.replace('prod-03', 'new'))
    write('default.json', '{"label":"v3"}')
    await rollout('run rollout.yaml default.json --label v3 --through prod')
    const left = await rollout('back rollout.yaml --label v3')

    expect(left.code).toBe(8)
    expect(left.stdout).toMatch(
      /\nnew still has v3: it is the first version here: .* appconfig-kit status -a api -e new\n$/,
    )
    expect(changes().slice(-3)).toEqual(['Stop prod-02', 'Stop prod-01', 'Stop dev'])
  })

  it('refuses a label that stands for other content: exit code 3', async () => {
    await rollout(RUN)
    write('default.json', '{"label":"another"}')

    expect(await rollout(RUN)).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^appconfig-kit: The label 'v2' is taken by version 2, [^\n]+$/),
    })
  })

  it('plan: what is wrong with the file, or with what it names', async () => {
    const good = await rollout('plan rollout.yaml')
    write('rollout.yaml', PLAN.replace('prod-03', 'prod-33'))
    const missing = await rollout('plan rollout.yaml')
    const unknown = await rollout(RUN)
    write('rollout.yaml', PLAN.replace('    hold: true', '    hold: true\n    run: ./check.sh\n    soak: 4w'))
    const bad = await rollout('plan rollout.yaml')
    const run_ = await rollout(RUN)

    expect(good.code).toBe(0)
    expect(good.stdout).toContain('! dev is guarded by nothing: its environment has no monitor\n')
    expect([missing.code, missing.stdout]).toEqual([
      1,
      expect.stringContaining(
        "✗ prod-33 cannot be looked at: There is no environment of application api 'prod-33'.",
      ),
    ])
    expect(unknown).toMatchObject({ code: 4, stdout: '' })
    expect([bad.code, bad.stdout.split('\n').map((line) => line.split(':').slice(0, 2).join(':'))]).toEqual([
      1,
      ['rollout.yaml:9', 'rollout.yaml:10', ''],
    ])
    expect(run_).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^appconfig-kit: rollout\.yaml:9:\d+: waves\.1\.run is refused: [^\n]+$/),
    })
    expect(changes()).toEqual([])
  })

  it.each([
    ['run rollout.yaml --label v2', 'run takes the file to deploy'],
    ['status rollout.yaml default.json --label v2', 'status takes no file but the plan'],
    ['status rollout.yaml', 'give --label'],
    ['go rollout.yaml', 'Allowed choices are plan, run, status, back'],
    ['run nothing.yaml default.json --label v2', 'nothing.yaml cannot be read'],
  ])('%s: one clear line, and exit code 2', async (args, says) => {
    const { code, stdout, stderr } = await rollout(args)

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(says)
    expect(stderr).toMatch(/^appconfig-kit: [^\n]+$/)
  })

  it('does not roll out a plan with a gate, since nothing counts requests for it: exit code 2', async () => {
    write('rollout.yaml', `${PLAN}gate: { watch: { errors: { worse: more } } }\n`)

    expect(await rollout(RUN)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('name a source in its `from`'),
    })
    expect(changes()).toEqual([])
  })

  it('prints an object a line with --json', async () => {
    const objects = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    const ran = objects((await rollout(`${RUN} --json`)).stdout)
    const status = objects((await rollout('status rollout.yaml --label v2 --json')).stdout)
    const plan = objects((await rollout('plan rollout.yaml --json')).stdout)

    expect(ran.map(({ event }) => event)).toEqual([
      'step',
      'step',
      'deployment',
      'step',
      'deployment',
      'step',
    ])
    expect(ran.at(-1)).toMatchObject({ outcome: 'holding', why: expect.stringContaining('--through prod') })
    expect(status.map(({ cell, wave, state }) => [cell, wave, state])).toEqual([
      ['dev', 'dev', 'done'],
      ['prod-01', 'prod-01', 'done'],
      ['prod-02', 'prod', 'to-do'],
      ['prod-03', 'prod', 'to-do'],
    ])
    expect(plan.every(({ event, where, level }) => event === 'finding' && where && level)).toBe(true)
  })
})
