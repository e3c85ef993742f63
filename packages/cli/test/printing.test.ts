import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { Deployment } from '../src/appconfig/deployments.ts'
import { createDeploymentPrinter } from '../src/printing/deployment-printer.ts'
import { barLine } from '../src/printing/fit.ts'
import { table } from '../src/printing/table.ts'
import { memoryOutput } from './memory-io.ts'

const DEPLOYMENT: Deployment = {
  application: 'api',
  environment: 'prod-01',
  profile: 'default',
  profileId: 'abc1234',
  deployment: 3,
  version: '2',
  versionLabel: 'v2',
  state: 'DEPLOYING',
  percentage: 20,
  description: undefined,
  startedAt: undefined,
  completedAt: undefined,
  events: [],
}
const ROLLED_BACK: Deployment = {
  ...DEPLOYMENT,
  state: 'ROLLED_BACK',
  percentage: 0,
  events: [
    {
      type: 'ROLLBACK_COMPLETED',
      triggeredBy: 'CLOUDWATCH_ALARM',
      description: 'Rollback completed',
      occurredAt: undefined,
    },
    {
      type: 'ROLLBACK_STARTED',
      triggeredBy: 'CLOUDWATCH_ALARM',
      description: 'Rollback started: alarm x is in ALARM',
      occurredAt: undefined,
    },
  ],
}

describe('a deployment', () => {
  it('is a line whenever it has moved, and why it was taken back', () => {
    const output = memoryOutput()
    const printer = createDeploymentPrinter(output, false)

    printer.show(DEPLOYMENT)
    printer.show(DEPLOYMENT)
    printer.show({ ...DEPLOYMENT, percentage: 33.333 })
    printer.show(ROLLED_BACK)
    printer.close()

    expect(output.text.split('\n')).toEqual([
      'api/prod-01/default: deployment 3, version 2 (v2): DEPLOYING 20%',
      'api/prod-01/default: deployment 3, version 2 (v2): DEPLOYING 33.3%',
      'api/prod-01/default: deployment 3, version 2 (v2): ROLLED_BACK (alarm x is in ALARM)',
      '',
    ])
  })

  it('is an object a line with --json', () => {
    const output = memoryOutput()
    const printer = createDeploymentPrinter(output, true)

    printer.show(DEPLOYMENT)
    printer.tell('to people', { event: 'ready', url: 'to scripts' })

    const [first = '', second = '', ...rest] = output.text.split('\n')
    expect(JSON.parse(first)).toMatchObject({ event: 'deployment', deployment: 3, percentage: 20 })
    expect(JSON.parse(second)).toEqual({ event: 'ready', url: 'to scripts' })
    expect(rest).toEqual([''])
  })

  it('has a note, which is news as a percentage is', () => {
    const output = memoryOutput()
    const json = memoryOutput()
    const printers = [createDeploymentPrinter(output, false), createDeploymentPrinter(json, true)]
    const noteOf = (text: string) => ({ text, members: { gate: { verdict: 'UNDECIDED' } } })

    for (const printer of printers) {
      printer.show(DEPLOYMENT, noteOf('errors v2 3/214: undecided'))
      printer.show(DEPLOYMENT, noteOf('errors v2 3/214: undecided'))
      printer.show(DEPLOYMENT, noteOf('errors v2 4/301: undecided\u001b[31m'))
    }

    const line = 'api/prod-01/default: deployment 3, version 2 (v2): DEPLOYING 20%'
    expect(output.text.split('\n')).toEqual([
      `${line}; errors v2 3/214: undecided`,
      expect.not.stringContaining('\u001b'),
      '',
    ])
    expect(
      json.text
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text).gate),
    ).toEqual([{ verdict: 'UNDECIDED' }, { verdict: 'UNDECIDED' }])
  })

  it('is a bar on a terminal, and a line when it is over', () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 24 })
    const printer = createDeploymentPrinter(terminal, false)

    printer.show(DEPLOYMENT)
    printer.show({ ...DEPLOYMENT, state: 'COMPLETE', percentage: 100 })
    printer.close()

    const text = String(terminal.read())
    expect(text).toContain('api/prod-01/default 3 [██████░')
    expect(text).toContain('20% DEPLOYING, version v2')
    expect(text.trimEnd()).toMatch(/deployment 3, version 2 \(v2\): COMPLETE$/)
    // The cursor was hidden, and is back.
    expect(text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(text.lastIndexOf('\u001b[?25l'))
  })
})

describe('a narrow terminal', () => {
  function terminalOf(columns: number): PassThrough & { isTTY: true; columns: number; rows: number } {
    return Object.assign(new PassThrough(), { isTTY: true as const, columns, rows: 24 })
  }

  it.each([
    [100, 'api/prod-01/default 3 [██████░░░░░░░░░░░░░░░░░░░░░░░░] 20% DEPLOYING, version v2'],
    [60, 'api/prod-01/default 3 [██░░░░░░░] 20% DEPLOYING, version v2'],
    [44, '…rod-01/default 3 20% DEPLOYING, version v2'],
    [30, '… 3 20% DEPLOYING, version v2'],
  ])('of %i columns shows all that matters on one line', (columns, expected) => {
    const terminal = terminalOf(columns)
    const printer = createDeploymentPrinter(terminal, false)

    printer.show(DEPLOYMENT)
    printer.close()

    const text = String(terminal.read())
    expect(text).toContain(expected)
    expect(
      barLine({ name: 'api/prod-01/default 3', percentage: 20, state: 'DEPLOYING, version v2' }, columns)
        .length,
    ).toBeLessThan(columns)
  })

  it.each([
    [120, 'api/prod-01/default 3 [██████░░░░░░░░░░░░░░░░░░░░░░] 20% DEPLOYING, version v2; errors 3/214'],
    [60, 'api/prod-01/default 3 [██░░░░░░░] 20% DEPLOYING, version v2'],
  ])('of %i columns shows a note where there is room', (columns, expected) => {
    const line = { name: 'api/prod-01/default 3', percentage: 20, state: 'DEPLOYING, version v2' }
    expect(barLine({ ...line, note: 'errors 3/214' }, columns)).toMatch(expected.slice(0, 20))
    expect(barLine({ ...line, note: 'errors 3/214' }, columns).endsWith('; errors 3/214')).toBe(columns > 60)
  })

  it('is asked for its width each time', () => {
    const terminal = terminalOf(100)
    const printer = createDeploymentPrinter(terminal, false)

    printer.show(DEPLOYMENT)
    terminal.columns = 44
    printer.show({ ...DEPLOYMENT, percentage: 40 })
    printer.close()

    expect(String(terminal.read())).toMatch(/ 3 40% DEPLOYING, version v2/)
  })

  it.each([true, false])('has its texts wrapped at words, with a bar below them: %s', (withBar) => {
    const terminal = terminalOf(44)
    const printer = createDeploymentPrinter(terminal, false)
    if (withBar) printer.show(DEPLOYMENT)
    const command = `  export AWS_ENDPOINT_URL_APPCONFIG=http://127.0.0.1:4100`

    printer.tell(`api/prod-01/default has changed and waits: deployment 3 is DEPLOYING.\n${command}`, {
      event: 'waiting',
    })
    printer.close()

    const text = String(terminal.read())
    expect(text).toContain('api/prod-01/default has changed and waits:\n')
    expect(text).toContain('deployment 3 is DEPLOYING.\n')
    expect(text).toContain(command)
  })
})

it('a table has columns as wide as their cells', () => {
  expect(
    table([
      ['A', 'LONG'],
      ['longer', 'x'],
    ]),
  ).toBe('A       LONG\nlonger  x')
})
