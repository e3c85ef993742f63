/** CloudWatch's part of rollouts: the real SDK and the real lines of a client, before a CloudWatch's edge. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { emfLines, type Usage } from '@appconfig-kit/core'
import { manualClock } from '@appconfig-kit/core/testing'
import { appConfig, countEvent } from '@appconfig-kit/express'
import type { CountsQuery } from '@appconfig-kit/rollout'
import { cloudWatchAlarms, cloudWatchCounts } from '@appconfig-kit/rollout/cloudwatch'
import {
  CloudWatchClient,
  type MetricDataQuery,
  PutMetricAlarmCommand,
  type PutMetricAlarmInput,
} from '@aws-sdk/client-cloudwatch'
import express from 'express'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { arnOf, type CloudWatch, startCloudWatch } from '../src/cloudwatch.ts'
import { ROOT, run } from '../src/run.ts'
import { polled, startWorld, until } from '../src/world.ts'

const MINUTE = 60_000
const START = 1_800_000_000_000 - (1_800_000_000_000 % MINUTE)

let cloudWatch: CloudWatch
let client: CloudWatchClient
beforeEach(async () => {
  cloudWatch = await startCloudWatch()
  client = clientOf(cloudWatch.url)
  return () => {
    client.destroy()
    return cloudWatch.close()
  }
})

function clientOf(endpoint: string): CloudWatchClient {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' }
  return new CloudWatchClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
}

const QUERY: CountsQuery = {
  application: 'api',
  environment: 'prod-01',
  profile: 'default',
  before: 'v1',
  after: 'v2',
  fromMs: START,
  toMs: START + 10 * MINUTE,
  watches: ['errors', 'slow', 'checkout'],
}
const signal = () => AbortSignal.timeout(10_000)

/** Usage that grows as a test says, of a client that is none. */
function counting() {
  const all = new Map<string, { -readonly [Name in keyof Usage]: Usage[Name] }>()
  let nowMs = START
  const lines = emfLines({ usage: () => structuredClone([...all.values()]) }, { clock: { now: () => nowMs } })
  return {
    add(version: string, { requests = 0, failed = 0, slow = 0, checkout = 0, profile = 'default' }) {
      const key = `${profile} ${version}`
      const place = { application: 'api', environment: 'prod-01', profile, version }
      const usage = all.get(key) ?? {
        ...place,
        requests: 0,
        failed: 0,
        slow: 0,
        aborted: 0,
        events: {},
        sides: {},
      }
      usage.requests += requests
      usage.failed += failed
      usage.slow += slow
      usage.events = { checkout: (usage.events['checkout'] ?? 0) + checkout }
      all.set(key, usage)
    },
    /** What was added is written in this minute. */
    write(minute: number) {
      nowMs = START + minute * MINUTE + 1
      cloudWatch.ingest(lines())
    },
  }
}

describe('counts from CloudWatch', () => {
  it('are what a real client counted and wrote', async () => {
    const world = await startWorld()
    onTestFinished(() => world.close())
    const clock = manualClock()
    const middleware = appConfig({
      application: 'api',
      environment: 'prod-01',
      layers: ['default'],
      source: world.source,
      clock,
      tenant: () => null,
      telemetry: { events: ['checkout'] },
    })
    const app = express().use(middleware)
    app.get('/orders', (req, res) => {
      countEvent(req.config, 'checkout')
      res.send('ok')
    })
    app.get('/broken', (_req, res) => void res.status(500).end())
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(async () => {
      server.closeAllConnections()
      server.close()
      await middleware.close()
    })
    let sent = 0
    const send = async (path: string, times: number) => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
      for (let count = 0; count < times; count++) await (await fetch(url)).text()
      sent += times
      const counted = () => middleware.client.usage().reduce((sum, { requests }) => sum + requests, 0)
      await until(() => counted() === sent)
    }
    let minute = 0
    const lines = emfLines(middleware.client, { clock: { now: () => START + minute * MINUTE } })

    await world.deploy('default', { a: 1 }, { versionLabel: 'v1' })
    await send('/orders', 3)
    cloudWatch.ingest(lines())
    await world.deploy('default', { a: 2 }, { versionLabel: 'v2' })
    world.passInterval()
    clock.advance(66_001)
    await polled(middleware.client, { clock })
    await send('/broken', 2)
    await send('/orders', 1)
    minute = 1
    cloudWatch.ingest(lines())

    const none = { requests: 0, events: { errors: 0, slow: 0, checkout: 0 } }
    expect(await cloudWatchCounts(client)(QUERY, signal())).toEqual([
      { before: { requests: 3, events: { errors: 0, slow: 0, checkout: 3 } }, after: none },
      { before: none, after: { requests: 3, events: { errors: 2, slow: 0, checkout: 1 } } },
    ])
  })

  it('are of whole minutes with requests, and know what was not counted', async () => {
    const { add, write } = counting()
    add('v1', { requests: 5, failed: 1 })
    write(0)
    add('v1', { requests: 2, slow: 1 })
    add('v2', { requests: 1, checkout: 1 })
    write(1)
    add('v1', { requests: 100, profile: 'other' })
    add('v2', { requests: 7 })
    write(4)

    const ask = (query: Partial<CountsQuery>) => cloudWatchCounts(client)({ ...QUERY, ...query }, signal())
    const found = await ask({
      fromMs: START + 1,
      toMs: START + 5 * MINUTE - 1,
      watches: ['errors', 'returns'],
    })

    // Minute 0 had begun, minute 4 had not ended, and nothing was written in the others.
    expect(found).toEqual([
      {
        before: { requests: 2, events: { errors: 0 } },
        after: { requests: 1, events: { errors: 0 } },
      },
    ])
    expect(await ask({ toMs: START + MINUTE - 1 })).toEqual([])
    const first = await ask({ before: undefined, after: 'v1' })
    expect(first[0]).toEqual({
      before: { requests: 0, events: { errors: 0, slow: 0, checkout: 0 } },
      after: { requests: 5, events: { errors: 1, slow: 0, checkout: 0 } },
    })
  })

  it('are all pages', async () => {
    const { add, write } = counting()
    for (let minute = 0; minute < 10; minute++) {
      add('v1', { requests: 1 })
      if (minute > 6) add('v2', { requests: 2 })
      write(minute)
    }
    cloudWatch.pageSize = 3

    const found = await cloudWatchCounts(client)(QUERY, signal())

    expect(found.map(({ before, after }) => [before.requests, after.requests])).toEqual([
      ...Array(7).fill([1, 0]),
      ...Array(3).fill([1, 2]),
    ])
    expect(cloudWatch.calls.length).toBe(4)
  })

  it('are of five minutes, or an hour, where CloudWatch keeps no minutes', async () => {
    const periodOf = async (days: number) => {
      const now = () => START + days * 86_400_000
      // However short the time is that is asked for.
      await cloudWatchCounts(client, { now })({ ...QUERY, toMs: START + 3 * 3_600_000 }, signal())
      const [query] = (cloudWatch.calls.at(-1)?.input['MetricDataQueries'] ?? []) as MetricDataQuery[]
      return query?.MetricStat?.Period
    }

    expect([await periodOf(3), await periodOf(15), await periodOf(63)]).toEqual([60, 300, 3600])
  })

  it.each<[string, object]>([
    ['InternalError', { StatusCode: 'InternalError', Timestamps: [], Values: [] }],
    ['Forbidden', { StatusCode: 'Forbidden' }],
    ['PartialData without more', { StatusCode: 'PartialData', Timestamps: [], Values: [] }],
    ['fewer values than times', { StatusCode: 'Complete', Timestamps: [1], Values: [] }],
  ])('are refused with %s', async (_title, result) => {
    cloudWatch.fault = (_operation, { MetricDataQueries }) => ({
      status: 200,
      body: {
        MetricDataResults: (MetricDataQueries as { Id: string }[]).map(({ Id }, at) =>
          at === 0 ? { Id, ...result } : { Id, StatusCode: 'Complete', Timestamps: [], Values: [] },
        ),
      },
    })

    await expect(cloudWatchCounts(client)(QUERY, signal())).rejects.toMatchObject({
      name: 'MetricsError',
      code: 'METRICS_UNREADABLE',
    })
  })

  it('are refused without one of the metrics', async () => {
    cloudWatch.fault = () => ({ status: 200, body: { MetricDataResults: [] } })

    await expect(cloudWatchCounts(client)(QUERY, signal())).rejects.toMatchObject({
      code: 'METRICS_UNREADABLE',
    })
  })

  it.each([
    [400, 'AccessDeniedException', 'METRICS_DENIED'],
    [403, 'AccessDenied', 'METRICS_DENIED'],
    [400, 'ThrottlingException', 'METRICS_UNAVAILABLE'],
    [500, 'InternalServiceFault', 'METRICS_UNAVAILABLE'],
    [400, 'InvalidParameterValueException', 'METRICS_REFUSED'],
  ])('reject for %d %s', async (status, __type, code) => {
    cloudWatch.fault = () => ({ status, body: { __type, message: 'not-to-be-told' } })

    const failure = await cloudWatchCounts(client)(QUERY, signal()).catch((error) => error)

    expect(failure).toMatchObject({ code, message: expect.stringContaining(`${status} ${__type}`) })
    expect(failure.message).not.toContain('not-to-be-told')
  })

  it('reject in time where nobody answers', async () => {
    const waiting = new AbortController()
    const silent = createServer(() => waiting.abort()).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    const lost = clientOf(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`)
    onTestFinished(() => lost.destroy())

    await expect(cloudWatchCounts(lost)(QUERY, waiting.signal)).rejects.toMatchObject({
      code: 'METRICS_UNAVAILABLE',
      message: expect.stringContaining('in time'),
    })
  })

  it('take odd names as they are, and reject those that CloudWatch takes for none', async () => {
    const version = `a"}, b=c \\ 'd'`
    const { add, write } = counting()
    add(version, { requests: 3 })
    write(0)

    const found = await cloudWatchCounts(client)({ ...QUERY, after: version }, signal())
    expect(found[0]?.after.requests).toBe(3)
    await expect(cloudWatchCounts(client)({ ...QUERY, after: 'größer' }, signal())).rejects.toMatchObject({
      code: 'METRICS_REFUSED',
    })
  })
})

describe('alarms', () => {
  it('are looked up by ARN, metric alarms and composite ones, page by page', async () => {
    const names = Array.from({ length: 205 }, (_, at) => `alarm:${at}`)
    const arns = names.map((name, at) =>
      cloudWatch.putAlarm({
        name,
        state: at === 7 ? 'ALARM' : at === 8 ? 'INSUFFICIENT_DATA' : 'OK',
        composite: at % 2 === 1,
        actionsEnabled: at !== 9,
      }),
    )
    cloudWatch.pageSize = 40

    const found = await cloudWatchAlarms(client)(arns)

    expect(found.map(({ arn }) => arn)).toEqual(arns)
    expect(found.filter(({ state }) => state !== 'OK')).toEqual([
      { arn: arnOf('alarm:7'), state: 'ALARM', actionsEnabled: true },
      { arn: arnOf('alarm:8'), state: 'INSUFFICIENT_DATA', actionsEnabled: true },
    ])
    expect(found.filter(({ actionsEnabled }) => !actionsEnabled).map(({ arn }) => arn)).toEqual([
      arnOf('alarm:9'),
    ])
    expect(cloudWatch.calls).toHaveLength(3 + 3 + 1)
    expect(await cloudWatchAlarms(client)([])).toEqual([])
  })

  it.each([
    ['no such alarm', arnOf('gone'), /has no such alarm in us-east-1/],
    ['another account', arnOf('there').replace('000000000000', '111111111111'), /has no such alarm/],
    [
      'another region',
      arnOf('there').replace('us-east-1', 'eu-west-1'),
      /in another region than the client, which is in us-east-1/,
    ],
    ['no alarm', 'arn:aws:sns:us-east-1:000000000000:topic', /no ARN of a CloudWatch alarm/],
    ['nothing', '', /no ARN/],
  ])('that are not there are named: %s', async (_title, arn, message) => {
    cloudWatch.putAlarm({ name: 'there', state: 'OK' })

    await expect(cloudWatchAlarms(client)([arnOf('there'), arn])).rejects.toMatchObject({
      name: 'RolloutError',
      code: 'ALARM_NOT_FOUND',
      message: expect.stringMatching(message),
    })
  })

  it('are no answer where CloudWatch gives none', async () => {
    cloudWatch.fault = () => ({ status: 400, body: { __type: 'AccessDeniedException', message: 'no' } })

    await expect(cloudWatchAlarms(client)([arnOf('a')])).rejects.toMatchObject({ code: 'METRICS_DENIED' })
  })
})

const recipe = (name: string) => readFileSync(join(ROOT, 'packages/rollout/alarms', name), 'utf8')
const json = JSON.parse(recipe('errors.json')) as PutMetricAlarmInput & { AlarmName: string }

describe('the alarm of the docs', () => {
  it.each<[string, readonly [number, number][], string]>([
    [
      'every request fails',
      [
        [30, 30],
        [30, 30],
        [30, 30],
      ],
      'ALARM',
    ],
    [
      '6 % fail in two minutes of three',
      [
        [100, 6],
        [100, 0],
        [100, 6],
      ],
      'ALARM',
    ],
    [
      '5 % fail',
      [
        [100, 5],
        [100, 5],
        [100, 5],
      ],
      'OK',
    ],
    [
      'one minute is bad',
      [
        [100, 50],
        [100, 0],
        [100, 0],
      ],
      'OK',
    ],
    [
      'there are few requests',
      [
        [19, 19],
        [19, 19],
        [19, 19],
      ],
      'OK',
    ],
    ['there are none', [], 'OK'],
  ])('is right about what clients write: %s', async (_title, minutes, expected) => {
    await client.send(new PutMetricAlarmCommand(json))
    const { add, write } = counting()
    for (const [minute, [requests, failed]] of minutes.entries()) {
      // Whatever the versions are: the alarm has none in it.
      add('v1', { requests: Math.floor(requests / 2) })
      add('v2', { requests: Math.ceil(requests / 2), failed })
      write(minute)
    }

    cloudWatch.judge(json.AlarmName, START + 3 * MINUTE)

    const [alarm] = await cloudWatchAlarms(client)([arnOf(json.AlarmName)])
    expect(alarm).toEqual({ arn: arnOf(json.AlarmName), state: expected, actionsEnabled: true })
  })

  const required = process.env['APPCONFIG_KIT_AWS_TOOLS'] === 'required'
  const leaveOut = !required && spawnSync('aws', ['--version']).status !== 0
  it.skipIf(leaveOut)(
    `is taken by the AWS CLI${leaveOut ? ' (left out: aws is not installed)' : ''}`,
    async () => {
      const file = join(ROOT, 'packages/rollout/alarms/errors.json')
      const { code, stderr } = await run(
        'aws',
        [
          'cloudwatch',
          'put-metric-alarm',
          '--cli-input-json',
          `file://${file}`,
          '--endpoint-url',
          cloudWatch.url,
        ],
        ROOT,
        { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_DEFAULT_REGION: 'us-east-1' },
      )

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(cloudWatch.calls.map(({ operation }) => operation)).toEqual(['PutMetricAlarm'])
      expect(textsIn(cloudWatch.calls[0]?.input)).toEqual(textsIn(json))
      expect(await cloudWatchAlarms(client)([arnOf(json.AlarmName)])).toMatchObject([
        { state: 'INSUFFICIENT_DATA' },
      ])
    },
  )

  it('is the same in CloudFormation', async () => {
    const { Resources, Parameters } = JSON.parse(recipe('errors.cloudformation.json'))
    const defaults = Object.entries(Parameters as Record<string, { Default?: string }>)
    const filled = JSON.parse(JSON.stringify(Resources.Errors.Properties), (_key, value) => {
      if (value?.Ref !== undefined) return Parameters[value.Ref].Default
      if (value?.['Fn::Sub'] === undefined) return value
      return defaults.reduce(
        (text, [name, { Default = '' }]) => text.replaceAll(`\${${name}}`, Default),
        value['Fn::Sub'],
      )
    })

    expect(filled).toEqual(json)
    expect(Resources.Environment.Properties.Monitors).toEqual([
      {
        AlarmArn: { 'Fn::GetAtt': ['Errors', 'Arn'] },
        AlarmRoleArn: { 'Fn::GetAtt': ['MonitorRole', 'Arn'] },
      },
    ])
    expect(JSON.stringify(Resources.MonitorRole)).toContain('"Action":"cloudwatch:DescribeAlarms"')
  })

  it('is the same in Terraform', () => {
    const text = recipe('errors.tf')
    const {
      Threshold,
      EvaluationPeriods,
      DatapointsToAlarm,
      ComparisonOperator,
      TreatMissingData,
      Metrics = [],
    } = json
    const settings = Object.fromEntries(
      [...text.matchAll(/^ *([a-z_]+) += +(?:"([^"$]*)"|(\d+))$/gm)].map(([, name, quoted, number]) => [
        name,
        quoted ?? Number(number),
      ]),
    )

    expect(settings).toMatchObject({
      comparison_operator: ComparisonOperator,
      threshold: Threshold,
      evaluation_periods: EvaluationPeriods,
      datapoints_to_alarm: DatapointsToAlarm,
      treat_missing_data: TreatMissingData,
      expression: Metrics[0]?.Expression,
      label: Metrics[0]?.Label,
      namespace: Metrics[1]?.MetricStat?.Metric?.Namespace,
      period: Metrics[1]?.MetricStat?.Period,
      stat: Metrics[1]?.MetricStat?.Stat,
    })
    expect(text).toContain(
      `for_each = ["${Metrics.slice(1)
        .map(({ Id }) => Id)
        .join('", "')}"]`,
    )
    const dimensions = /dimensions = \{([^}]*)\}/.exec(text)?.[1]?.match(/[a-z]+(?= +=)/g)
    expect(dimensions).toEqual(Metrics[1]?.MetricStat?.Metric?.Dimensions?.map(({ Name }) => Name))
    expect(text).toContain('Action   = "cloudwatch:DescribeAlarms"')
  })

  const noTerraform = spawnSync('terraform', ['version']).status !== 0
  it.skipIf(noTerraform)(
    `is Terraform${noTerraform ? ' (left out: terraform is not installed)' : ''}`,
    async () => {
      const { code, stdout } = await run(
        'terraform',
        ['fmt', '-check', '-diff', join(ROOT, 'packages/rollout/alarms')],
        ROOT,
      )

      expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    },
  )
})

/** The query protocol of an older CLI has texts only. */
function textsIn(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_key, each) => (typeof each === 'object' ? each : String(each)))
}
