/**
 * `appconfig-kit rollout`: one version through the waves of a plan, and back.
 *
 * The engine is `@appconfig-kit/rollout`; this file is its arguments, printing and exit codes.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Finding,
  judgeCells,
  look,
  type Plan,
  PlanError,
  type Ports,
  preflight,
  readPlan,
  run as runRollout,
  type Step,
  step,
} from '@appconfig-kit/rollout'
import { Argument, type Command } from 'commander'
import { createClient, watchIntervalMs } from '../appconfig/client.ts'
import type { CommandModule } from '../command.ts'
import { type Content, readBytes, readContentFile } from '../content-file.ts'
import { EXIT } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import { type Io, printJson, printLine } from '../io.ts'
import { addConnectionOptions, type ConnectionOptions, DEFAULT_TIMEOUT_SECONDS } from '../options.ts'
import { createDeploymentPrinter } from '../printing/deployment-printer.ts'
import { readMs } from '../read-ms.ts'
import { cellObject, cellTable } from '../rollout/cell-lines.ts'
import { exitOf } from '../rollout/exit-of.ts'
import { metricsPorts } from '../rollout/ports.ts'
import { readPlanFile } from '../rollout/read-plan-file.ts'
import { stepPrinter } from '../rollout/step-printer.ts'

interface RolloutOptions extends ConnectionOptions {
  readonly label?: string
  readonly through?: string
  readonly accept?: string
  readonly busy?: number
  readonly once?: true
  /** False for `--no-alarms`. */
  readonly alarms: boolean
}

/** All that an action needs. */
interface Task {
  readonly plan: Plan
  readonly ports: Ports
  readonly options: RolloutOptions
  readonly io: Io
  readonly notices: Notices
}

/** Where a warning goes that comes in the middle of something: past the bars, once there are any. */
interface Notices {
  warn(text: string): void
}

/** A rollout is slow, and a look asks for every cell. */
const POLL_AWS_MS = 15_000

/** The command `rollout`. */
export const rolloutCommand: CommandModule = {
  name: 'rollout',
  summary: 'take one version through the waves of a plan, environment by environment, or back from all',
  declare(command) {
    command
      .addArgument(new Argument('<action>', 'what to do').choices(['plan', 'run', 'status', 'back']))
      .argument('<plan>', 'the file of the plan: YAML or JSON')
      .argument('[file]', 'run: what to deploy')
      .option('-l, --label <label>', 'of the version: run, status, back')
      .option('--through <wave>', 'run: the last wave to go to; holds before it are passed')
      .option('--accept <wave>', 'run: go on after this wave although its gate could not decide')
      .option(
        '--busy <duration>',
        "run: how long to wait for somebody else's deployment (default: 2h)",
        readMs,
      )
      .option('--once', 'run, back: take one step, and end')
      .option('--no-alarms', 'plan, run: do not ask CloudWatch for the states of the cells’ alarms')
    addConnectionOptions(command).addHelpText('after', HELP)
  },
  run,
}

async function run(command: Command, io: Io): Promise<number> {
  const options = command.opts<RolloutOptions>()
  const [action, planFile = '', file] = command.args
  const takesFile = action === 'run'
  if (takesFile !== (file !== undefined)) {
    const message = takesFile ? 'run takes the file to deploy' : `${action} takes no file but the plan`
    throw new CliError('usage', `rollout ${message}. See appconfig-kit rollout --help.`)
  }
  const plan = action === 'plan' ? await readReporting(planFile, io, options) : await readPlanFile(planFile)
  if (plan === undefined) return EXIT.failed
  const content = file === undefined ? undefined : await readContentFile(file)
  const timeoutMs = (options.timeout ?? DEFAULT_TIMEOUT_SECONDS) * 1000
  const notices: Notices = {
    warn: (text) => showFinding({ where: 'cloudwatch', level: 'warn', text }, options, io),
  }
  const metrics = metricsPorts({
    options,
    alarms: options.alarms,
    // On the way back nobody is judged.
    from: action === 'back' ? undefined : plan.gate?.from,
    isStrict: action === 'run',
    timeoutMs,
    env: io.env,
    onDenied: (text) => notices.warn(text),
  })
  const client = createClient(options, io)
  try {
    const task = { plan, ports: { client, timeoutMs, ...metrics.ports }, options, io, notices }
    if (action === 'plan') return await showPreflight(task)
    const label = labelOf(options)
    if (action === 'status') return await showStatus(task, label)
    return await roll(task, label, action === 'back' ? 'back' : 'out', content)
  } finally {
    client.destroy()
    metrics.close()
  }
}

/** @returns undefined for a plan that is none, once its problems are printed. */
async function readReporting(
  file: string,
  { stdout }: Io,
  { json }: RolloutOptions,
): Promise<Plan | undefined> {
  try {
    return await readPlan(readBytes(file), file)
  } catch (error) {
    if (!(error instanceof PlanError)) throw error
    for (const problem of error.problems) if (json) printJson(stdout, { file, ...problem })
    if (!json) printLine(stdout, error.message)
    return undefined
  }
}

function labelOf({ label }: RolloutOptions): string {
  if (label !== undefined && label !== '') return label
  throw new CliError('usage', 'A rollout is known by the label of its version: give --label.')
}

async function showPreflight({ plan, ports, options, io }: Task): Promise<number> {
  const findings = await preflight(plan, ports)
  for (const finding of findings) showFinding(finding, options, io)
  return findings.some(({ level }) => level === 'refuse') ? EXIT.failed : EXIT.ok
}

function showFinding({ where, level, text }: Finding, { json }: RolloutOptions, { stdout }: Io): void {
  if (json) printJson(stdout, { event: 'finding', where, level, text })
  else printLine(stdout, `${MARK_OF[level]} ${where} ${text}`)
}

const MARK_OF = { refuse: '✗', warn: '!', note: ' ' }

async function showStatus({ plan, ports, options, io }: Task, label: string): Promise<number> {
  const cells = await look(plan, label, ports)
  const judged = ports.counts === undefined ? [] : await judgeCells(plan, label, ports, cells)
  if (options.json) for (const cell of cells) printJson(io.stdout, cellObject(plan, cell, judged))
  else printLine(io.stdout, cellTable(plan, cells, judged))
  return cells.some(({ state }) => state.kind === 'unknown') ? EXIT.unavailable : EXIT.ok
}

async function roll(
  { plan, ports, options, io, notices }: Task,
  label: string,
  goal: 'out' | 'back',
  content: Content | undefined,
): Promise<number> {
  const printer = createDeploymentPrinter(io.stdout, options.json === true)
  const onStep = stepPrinter(printer)
  notices.warn = (text) => printer.tell(text, { event: 'finding', where: 'cloudwatch', level: 'warn', text })
  const { through, accept, busy, once = false } = options
  try {
    let last: Step
    if (once) {
      last = await step(plan, label, content, ports, { goal, through, accept })
      onStep(last)
    } else {
      const pollMs = Math.min(POLL_AWS_MS, watchIntervalMs(options, io.env) * 5)
      const wait = (ms: number): Promise<void> => sleep(ms, undefined, { signal: io.interrupted })
      last = await runRollout(plan, label, content, ports, {
        goal,
        through,
        accept,
        pollMs,
        busyMs: busy,
        wait,
        onStep,
      })
    }
    for (const { cell, why } of last.left) {
      const { application, environment } = cell.plan
      printer.tell(
        `${cell.plan.name} still has ${label}: ${why}. To look: appconfig-kit status -a ${application} -e ${environment}`,
        { event: 'left', cell: cell.plan.name, why },
      )
    }
    return EXIT[exitOf(last, { goal, once })]
  } catch (error) {
    if (!io.interrupted.aborted) throw error
    const message =
      'No longer watching: what AppConfig deploys goes on, but nothing starts the next wave or takes other cells back until this is run again.'
    throw new CliError('interrupted', message)
  } finally {
    printer.close()
  }
}

const HELP = `
  plan PLAN                       check a plan and everything it names; change nothing
  run PLAN FILE --label LABEL     make the version, and take it through the waves
  status PLAN --label LABEL       one line a cell
  back PLAN --label LABEL         take the version back from every cell, the last wave first

A run may be killed and repeated, anywhere: it reads its state from AppConfig. When the version is
rolled back in one cell, the run takes it back from the others; so repeat a run that was killed.

Exit codes: 0 complete (back: taken back), 1 the rollout failed and was taken back, 2 the plan is
wrong, 3 the label stands for other content, or something else was in progress for --busy,
5 refused, such as by a validator, 6 a cell did not answer, 7 waits: soak, hold, or --once,
8 not every cell could be taken back.

  appconfig-kit rollout run rollout.yaml default.json --label v8 --through prod`
