/**
 * CloudWatch at its outermost edge: the protocols of the AWS SDK (JSON) and the AWS CLI (query), over what a test put
 * in. It takes lines of the embedded metric format as CloudWatch does, sums them, and judges alarms over them.
 *
 * @module
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import type {
  Dimension,
  GetMetricDataInput,
  MetricDataResult,
  PutMetricAlarmInput,
  StateValue,
} from '@aws-sdk/client-cloudwatch'

type Json = Readonly<Record<string, unknown>>

/** What a test says to an operation instead of what it would answer. */
export type Fault = (operation: string, input: Json) => { status: number; body: object } | undefined

export interface CloudWatch {
  readonly url: string
  /** Operations and their input, in order. */
  readonly calls: { readonly operation: string; readonly input: Json }[]
  fault: Fault
  /** How many values a page of GetMetricData has, for each metric; and how many alarms one of DescribeAlarms. */
  pageSize: number
  /** Takes lines of the embedded metric format. */
  ingest(lines: readonly string[]): void
  putAlarm(alarm: { name: string; state: StateValue; composite?: boolean; actionsEnabled?: boolean }): string
  /** The state of an alarm that was put by PutMetricAlarm, judged at a time. */
  judge(name: string, nowMs: number): StateValue
  close(): Promise<void>
}

interface StoredAlarm {
  readonly composite: boolean
  readonly input: Json
  state: StateValue
}

const REGION = 'us-east-1'
const ACCOUNT = '000000000000'
const LEAST_MS = 60_000

export async function startCloudWatch(): Promise<CloudWatch> {
  const metrics = new Map<string, Map<number, number>>()
  const alarms = new Map<string, StoredAlarm>()
  const cloudWatch: CloudWatch = {
    url: '',
    calls: [],
    fault: () => undefined,
    pageSize: 100,
    ingest(lines) {
      for (const line of lines) ingest(metrics, JSON.parse(line))
    },
    putAlarm({ name, state, composite = false, actionsEnabled = true }) {
      alarms.set(name, { composite, state, input: { AlarmName: name, ActionsEnabled: actionsEnabled } })
      return arnOf(name)
    },
    judge(name, nowMs) {
      const alarm = alarms.get(name)
      if (alarm === undefined) throw new Error(`no alarm ${name}`)
      alarm.state = stateOf(alarm.input as unknown as PutMetricAlarmInput, metrics, nowMs)
      return alarm.state
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
  const operations: Readonly<Record<string, (input: Json) => object>> = {
    GetMetricData: (input) =>
      getMetricData(metrics, input as unknown as GetMetricDataInput, cloudWatch.pageSize),
    DescribeAlarms: (input) => describeAlarms(alarms, input, cloudWatch.pageSize),
    PutMetricAlarm(input) {
      alarms.set(String(input['AlarmName']), { composite: false, input, state: 'INSUFFICIENT_DATA' })
      return {}
    },
  }
  const server = createServer(async (request, response) => {
    const { operation, input, isQuery } = await readRequest(request)
    cloudWatch.calls.push({ operation, input })
    const fault = cloudWatch.fault(operation, input)
    try {
      const body = fault?.body ?? operations[operation]?.(input)
      if (body === undefined) throw new Error(`no operation ${operation}`)
      send(response, { status: fault?.status ?? 200, body, operation, isQuery })
    } catch (error) {
      const body = { __type: 'ValidationError', message: (error as Error).message }
      send(response, { status: 400, body, operation, isQuery })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(cloudWatch, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

export function arnOf(name: string): string {
  return `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${name}`
}

async function readRequest(request: IncomingMessage) {
  const body = await readText(request)
  const target = request.headers['x-amz-target']
  if (typeof target === 'string') {
    return { operation: target.split('.').at(-1) ?? '', input: JSON.parse(body) as Json, isQuery: false }
  }
  const form = new URLSearchParams(body)
  return { operation: form.get('Action') ?? '', input: unflattened(form), isQuery: true }
}

/** `Metrics.member.1.Id=…` as objects and arrays; texts stay texts. */
function unflattened(form: URLSearchParams): Json {
  const root: Record<string, unknown> = {}
  for (const [key, value] of form) {
    const path = key.replaceAll('.member.', '.').split('.')
    let at: Record<string, unknown> = root
    for (const part of path.slice(0, -1)) {
      at[part] ??= {}
      at = at[part] as Record<string, unknown>
    }
    at[path.at(-1) ?? ''] = value
  }
  return withArrays(root) as Json
}

function withArrays(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, each]) => [key, withArrays(each)] as const)
  const isArray = entries.length > 0 && entries.every(([key]) => /^\d+$/.test(key))
  return isArray ? entries.map(([, each]) => each) : Object.fromEntries(entries)
}

function send(
  response: ServerResponse,
  answer: { status: number; body: object; operation: string; isQuery: boolean },
): void {
  const { status, body, operation, isQuery } = answer
  response.statusCode = status
  response.setHeader('content-type', isQuery ? 'text/xml' : 'application/x-amz-json-1.0')
  const { __type = '', message = '' } = body as { __type?: string; message?: string }
  if (!isQuery) response.end(JSON.stringify(body))
  else if (status === 200) response.end(`<${operation}Response><ResponseMetadata/></${operation}Response>`)
  else
    response.end(
      `<ErrorResponse><Error><Code>${__type}</Code><Message>${message}</Message></Error></ErrorResponse>`,
    )
}

/** Source: the CloudWatch user guide, "Specification: Embedded metric format". */
function ingest(metrics: Map<string, Map<number, number>>, line: Json): void {
  const { Timestamp, CloudWatchMetrics } = line['_aws'] as {
    Timestamp: number
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[]
  }
  for (const { Namespace, Dimensions, Metrics } of CloudWatchMetrics) {
    for (const names of Dimensions) {
      const dimensions = names.map((Name) => ({ Name, Value: String(line[Name]) }))
      for (const { Name } of Metrics) {
        const key = keyOf(Namespace, Name, dimensions)
        const values = metrics.get(key) ?? new Map<number, number>()
        metrics.set(key, values)
        const time = Math.floor(Timestamp / LEAST_MS) * LEAST_MS
        values.set(time, (values.get(time) ?? 0) + Number(line[Name]))
      }
    }
  }
}

function keyOf(namespace = '', name = '', dimensions: readonly Dimension[] = []): string {
  const pairs = dimensions.map(({ Name, Value }) => `${Name}=${Value}`).sort()
  return JSON.stringify([namespace, name, pairs])
}

function sumsOf(
  values: ReadonlyMap<number, number> | undefined,
  { startMs, endMs, periodMs }: { startMs: number; endMs: number; periodMs: number },
): Map<number, number> {
  const sums = new Map<number, number>()
  for (const [time, value] of values ?? []) {
    const period = Math.floor(time / periodMs) * periodMs
    if (period >= startMs && period < endMs) sums.set(period, (sums.get(period) ?? 0) + value)
  }
  return new Map([...sums].sort(([one], [other]) => one - other))
}

function getMetricData(
  metrics: ReadonlyMap<string, ReadonlyMap<number, number>>,
  input: GetMetricDataInput,
  pageSize: number,
): object {
  const { MetricDataQueries = [], StartTime, EndTime, NextToken } = input
  if (MetricDataQueries.length > 500) throw new Error('at most 500 queries')
  const page = Number(NextToken ?? 0)
  const range = { startMs: Number(StartTime) * 1000, endMs: Number(EndTime) * 1000 }
  const results = MetricDataQueries.map(
    ({
      Id,
      MetricStat,
    }): Omit<MetricDataResult, 'Timestamps'> & { readonly Timestamps: readonly number[] } => {
      const { Metric, Period = 60, Stat } = MetricStat ?? {}
      if (Stat !== 'Sum') throw new Error('only sums')
      for (const { Value = '' } of Metric?.Dimensions ?? []) {
        if (!/^(?!:)[\x20-\x7e]{1,1024}$/.test(Value))
          throw new Error('the value of a dimension must be ASCII')
      }
      const values = metrics.get(keyOf(Metric?.Namespace, Metric?.MetricName, Metric?.Dimensions))
      const all = [...sumsOf(values, { ...range, periodMs: Period * 1000 })]
      const shown = all.slice(page * pageSize, (page + 1) * pageSize)
      const isPart = all.length > (page + 1) * pageSize
      return {
        Id,
        StatusCode: isPart ? 'PartialData' : 'Complete',
        Timestamps: shown.map(([time]) => time / 1000),
        Values: shown.map(([, value]) => value),
      }
    },
  )
  const isMore = results.some(({ StatusCode }) => StatusCode === 'PartialData')
  return { MetricDataResults: results, ...(isMore && { NextToken: String(page + 1) }) }
}

function describeAlarms(alarms: ReadonlyMap<string, StoredAlarm>, input: Json, pageSize: number): object {
  const {
    AlarmNames,
    AlarmTypes = ['MetricAlarm'],
    NextToken,
  } = input as {
    AlarmNames: readonly string[]
    AlarmTypes?: readonly string[]
    NextToken?: string
  }
  if (AlarmNames.length > 100) throw new Error('at most 100 names')
  const found = AlarmNames.flatMap((name) => {
    const alarm = alarms.get(name)
    return alarm && AlarmTypes.includes(alarm.composite ? 'CompositeAlarm' : 'MetricAlarm')
      ? [{ name, alarm }]
      : []
  })
  const page = Number(NextToken ?? 0)
  const shown = found.slice(page * pageSize, (page + 1) * pageSize).map(({ name, alarm }) => ({
    composite: alarm.composite,
    body: { ...alarm.input, AlarmName: name, AlarmArn: arnOf(name), StateValue: alarm.state },
  }))
  return {
    MetricAlarms: shown.filter(({ composite }) => !composite).map(({ body }) => body),
    CompositeAlarms: shown.filter(({ composite }) => composite).map(({ body }) => body),
    ...(found.length > (page + 1) * pageSize && { NextToken: String(page + 1) }),
  }
}

/** Metric math as far as the recipe needs it: numbers, names, arithmetic, comparison and IF. */
function stateOf(
  alarm: PutMetricAlarmInput,
  metrics: ReadonlyMap<string, ReadonlyMap<number, number>>,
  nowMs: number,
): StateValue {
  const { Metrics = [], Threshold = 0, EvaluationPeriods = 1, DatapointsToAlarm = 1 } = alarm
  const expression = Metrics.find(({ Expression }) => Expression !== undefined)?.Expression ?? ''
  const [, when = '', then = '', otherwise = ''] = /^IF\(([^,]+),([^,]+),([^,]+)\)$/.exec(expression) ?? []
  let breaching = 0
  const endMs = Math.floor(nowMs / LEAST_MS) * LEAST_MS
  for (let at = endMs - EvaluationPeriods * LEAST_MS; at < endMs; at += LEAST_MS) {
    const values = new Map<string, number>()
    for (const { Id = '', MetricStat } of Metrics) {
      const { Namespace, MetricName, Dimensions } = MetricStat?.Metric ?? {}
      const value = metrics.get(keyOf(Namespace, MetricName, Dimensions))?.get(at)
      if (value !== undefined) values.set(Id, value)
    }
    if (values.size < Metrics.length - 1) {
      if (alarm.TreatMissingData !== 'notBreaching') throw new Error('missing data would be judged')
      continue
    }
    const value = calculated(when, values) ? calculated(then, values) : calculated(otherwise, values)
    if (value > Threshold) breaching++
  }
  return breaching >= DatapointsToAlarm ? 'ALARM' : 'OK'
}

function calculated(expression: string, values: ReadonlyMap<string, number>): number {
  const filled = expression.replaceAll(/[a-z]+/g, (name) => String(values.get(name)))
  const comparison = /^(.*)>=(.*)$/.exec(filled)
  if (comparison)
    return Number(calculated(comparison[1] ?? '', values) >= calculated(comparison[2] ?? '', values))
  // From left to right, which is right for * and /.
  const [first = '', ...rest] = filled.trim().split(/\s*([*/])\s*/)
  let result = Number(first)
  for (let at = 0; at < rest.length; at += 2) {
    result = rest[at] === '*' ? result * Number(rest[at + 1]) : result / Number(rest[at + 1])
  }
  return result
}
