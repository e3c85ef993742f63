/** What the command `rollout` asks of CloudWatch and Prometheus, and whom it does not ask. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emfLines } from '@appconfig-kit/core'
import { manualClock } from '@appconfig-kit/core/testing'
import { type LocalAppConfig, startLocalAppConfig } from '@appconfig-kit/local'
import { beforeEach, describe, expect, it } from 'vitest'
import { arnOf, type CloudWatch, startCloudWatch } from '../src/cloudwatch.ts'
import { ROOT, run } from '../src/run.ts'

const PROGRAM = join(ROOT, 'packages/cli/bin/appconfig-kit.mjs')
const SECRET = 'not-to-be-told'
const PLAN = `application: api
profile: default
waves:
  - name: dev
    strategy: Local.Instant
  - name: prod-01
    strategy: Local.Instant
`
const gate = (from: string): string => `${PLAN}gate:
  from: ${from}
  watch:
    errors: { worse: more }
`

const AGE_MS = 600_000

let folder: string
let local: LocalAppConfig
let cloudWatch: CloudWatch
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alarms-'))
  // Whole minutes have passed since whatever it starts.
  local = await startLocalAppConfig({ clock: manualClock(Date.now() - AGE_MS) })
  cloudWatch = await startCloudWatch()
  for (const environment of ['dev', 'prod-01']) {
    await local.deploy({
      application: 'api',
      environment,
      profile: 'default',
      content: { label: 'v1' },
      versionLabel: 'v1',
      monitors: [arnOf(environment)],
    })
    cloudWatch.putAlarm({ name: environment, state: 'OK' })
  }
  write(PLAN)
  writeFileSync(join(folder, 'default.json'), '{"label":"v2"}')
  return async () => {
    await local.close()
    await cloudWatch.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

const write = (text: string): void => writeFileSync(join(folder, 'rollout.yaml'), text)
const PLACE = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
}
const NOBODY = { AWS_REGION: undefined, AWS_PROFILE: undefined, AWS_ACCESS_KEY_ID: undefined }

function rollout(args: string, env: NodeJS.ProcessEnv = { AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.url }) {
  const all = [PROGRAM, 'rollout', ...args.split(' '), '--endpoint', local.url]
  return run(process.execPath, all, folder, { ...PLACE, ...NOBODY, ...env })
}
const RUN = 'run rollout.yaml default.json --label v2'
const writeUsage = (
  minute: number,
  environment: string,
  version: string,
  counts: { requests: number; failed: number },
): void => {
  const usage = {
    application: 'api',
    environment,
    profile: 'default',
    version,
    slow: 0,
    aborted: 0,
    events: {},
    sides: {},
  }
  const nowMs = Date.now() - AGE_MS + minute * 60_000
  cloudWatch.ingest(emfLines({ usage: () => [{ ...usage, ...counts }] }, { clock: { now: () => nowMs } })())
}
const started = (): readonly (string | undefined)[] =>
  local.calls
    .filter(({ operation }) => operation === 'StartDeployment')
    .map(({ target }) => target.environment)

describe('appconfig-kit rollout', { timeout: 120_000 }, () => {
  it('does not start a wave that an alarm would end at once, unless alarms are left out', async () => {
    cloudWatch.putAlarm({ name: 'prod-01', state: 'INSUFFICIENT_DATA' })

    const plan = await rollout('plan rollout.yaml')
    const asked = await rollout(RUN)
    const before = started()
    const unasked = await rollout(`${RUN} --no-alarms`)

    expect(plan.code).toBe(1)
    expect(plan.stdout).toContain(
      '✗ prod-01 would be rolled back at once: alarm prod-01 is in INSUFFICIENT_DATA',
    )
    expect(asked.code).toBe(5)
    expect(asked.stdout).toContain('alarm prod-01 is in INSUFFICIENT_DATA')
    expect(before).toEqual(['dev'])
    expect(unasked.code).toBe(0)
    expect(started()).toEqual(['dev', 'prod-01'])
  })

  it('names an alarm that is not there', async () => {
    await cloudWatch.close()
    cloudWatch = await startCloudWatch()
    cloudWatch.putAlarm({ name: 'dev', state: 'OK' })

    const { code, stdout } = await rollout('plan rollout.yaml')

    expect(code).toBe(1)
    expect(stdout).toMatch(
      /✗ prod-01 cannot be looked at: The alarm .*:alarm:prod-01, .* has no such alarm in us-east-1/,
    )
  })

  it('goes on where it may not look, and says so once', async () => {
    cloudWatch.fault = () => ({ status: 400, body: { __type: 'AccessDeniedException', message: 'no' } })

    const plan = await rollout('plan rollout.yaml')
    const ran = await rollout(`${RUN} --json`)

    expect(plan.code).toBe(0)
    expect(plan.stdout.match(/! cloudwatch .*needs cloudwatch:DescribeAlarms/g)).toHaveLength(1)
    expect(ran.code).toBe(0)
    const lines = ran.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.filter(({ event }) => event === 'finding')).toEqual([
      { event: 'finding', where: 'cloudwatch', level: 'warn', text: expect.stringContaining('AccessDenied') },
    ])
    expect(cloudWatch.calls.length).toBeGreaterThan(1)
  })

  it('does not ask CloudWatch for alarms of an AppConfig on this machine, unless told where it is', async () => {
    const { code, stdout } = await rollout('plan rollout.yaml', { AWS_ENDPOINT_URL: cloudWatch.url })

    expect({ code, calls: cloudWatch.calls }).toEqual({ code: 0, calls: [] })
    expect(stdout).toContain('which were not looked at')
  })

  it('takes a version back that fails, by the lines that clients write', async () => {
    write(gate('cloudwatch'))
    const first = await rollout(`${RUN} --once`)
    const second = await rollout(`${RUN} --once`)
    for (let minute = 1; minute < 9; minute++) {
      writeUsage(minute, 'dev', 'v1', { requests: 20, failed: 0 })
      writeUsage(minute, 'dev', 'v2', { requests: 20, failed: 10 })
    }

    const status = await rollout('status rollout.yaml --label v2')
    const ran = await rollout(RUN)

    expect([first.code, second.code]).toEqual([7, 7])
    expect(status.stdout).toMatch(/80\/160/)
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('errors')
    expect(started()).toEqual(['dev'])
  })

  it.each<[string, string, NodeJS.ProcessEnv, RegExp]>([
    ['cloudwatch, where there is none', 'cloudwatch', {}, /set AWS_ENDPOINT_URL_CLOUDWATCH/],
    [
      'Prometheus with a password in its URL',
      `{ prometheus: { url: 'https://user:${SECRET}@prometheus.example.com' } }`,
      {},
      /url must have no user and password/,
    ],
    [
      'Prometheus with a token that anybody could read',
      "{ prometheus: { url: 'http://prometheus.example.com' } }",
      { APPCONFIG_KIT_PROMETHEUS_TOKEN: SECRET },
      /APPCONFIG_KIT_PROMETHEUS_TOKEN would be sent unencrypted/,
    ],
  ])('refuses a gate from %s', async (_title, from, env, message) => {
    write(gate(from))

    const plan = await rollout('plan rollout.yaml', env)
    const ran = await rollout(RUN, env)

    expect(plan).toMatchObject({ code: 1, stderr: '', stdout: expect.stringMatching(message) })
    expect(ran).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) })
    expect(plan.stdout + ran.stderr).not.toContain(SECRET)
    expect(started()).toEqual([])
  })
})
