/**
 * Printing deployments while they progress.
 *
 * On a terminal each is a live bar, and texts are wrapped at its width; elsewhere a line is printed whenever
 * one has moved on, and with `--json` an object. A deployment that has not moved prints nothing.
 *
 * @module
 */
import cliProgress, { type MultiBar, type SingleBar } from 'cli-progress'
import { type Deployment, isInProgress } from '../appconfig/deployments.ts'
import { type Output, printJson, printLine } from '../io.ts'
import { describeDeployment, documentOf } from './describe.ts'
import { type BarLine, barLine, wrap } from './fit.ts'
import { visible } from './visible.ts'

/** An event, as `--json` prints it. */
export type Telling = Readonly<Record<string, unknown>> & { readonly event: string }

/** What else is known of a deployment: words for people, members for scripts. */
export interface Note {
  readonly text: string
  readonly members: Readonly<Record<string, unknown>>
}

/** Prints deployments and events, as bars, lines or JSON. */
export interface DeploymentPrinter {
  /** Shows a deployment as it is now. */
  show(deployment: Deployment, note?: Note): void
  /** Prints an event: the line for people, the object for scripts. */
  tell(line: string, event: Telling): void
  /** Removes the bars and shows the cursor. */
  close(): void
}

/** Makes the printer that fits the output. */
export function createDeploymentPrinter(output: Output, json: boolean): DeploymentPrinter {
  if (json) return onlyWhenMoved(jsonPrinter(output))
  return onlyWhenMoved(output.isTTY ? barPrinter(output) : linePrinter(output))
}

function jsonPrinter(output: Output): DeploymentPrinter {
  return {
    show: (deployment, note) => printJson(output, { event: 'deployment', ...deployment, ...note?.members }),
    tell: (_line, event) => printJson(output, event),
    close() {},
  }
}

function linePrinter(output: Output): DeploymentPrinter {
  return {
    show: (deployment, note) => printLine(output, withNote(describeDeployment(deployment), note)),
    tell: (line) => printLine(output, line),
    close() {},
  }
}

function barPrinter(output: Output): DeploymentPrinter {
  let live: MultiBar | undefined
  const bars = new Map<string, SingleBar>()

  /** Lines go above the bars; without any, straight out. */
  function tell(line: string): void {
    const wrapped = wrap(line, output.columns)
    if (live === undefined) {
      printLine(output, wrapped)
      return
    }
    live.log(`${wrapped}\n`)
    // At once: what waits for the next tick is lost when the bars are closed before.
    live.update()
  }

  function close(): void {
    live?.stop()
    live = undefined
    bars.clear()
  }

  return {
    show(deployment, note) {
      const key = `${documentOf(deployment)} ${deployment.deployment}`
      if (isInProgress(deployment)) {
        live ??= createMultiBar(output)
        const line: BarLine = {
          name: key,
          percentage: deployment.percentage,
          state: stateOf(deployment),
          note: note?.text,
        }
        const bar = bars.get(key) ?? live.create(100, 0, { line })
        bars.set(key, bar)
        bar.update(deployment.percentage, { line })
        // At once, not at the next tick: it may be over by then.
        live.update()
        return
      }
      const bar = bars.get(key)
      if (bar) {
        live?.remove(bar)
        bars.delete(key)
      }
      // Stopped while there is none, so that an idle command redraws nothing.
      if (bars.size === 0) close()
      tell(withNote(describeDeployment(deployment), note))
    },
    tell,
    close,
  }
}

function createMultiBar(output: Output): MultiBar {
  return new cliProgress.MultiBar({
    stream: output as NodeJS.WritableStream,
    hideCursor: true,
    clearOnComplete: true,
    // Signals are the command's business.
    gracefulExit: false,
    // The width is asked for each time: a terminal may be resized.
    format: (_options, _params, { line }: { line: BarLine }) => barLine(line, output.columns),
    // A word that is wider than the terminal is not cut.
    linewrap: true,
  })
}

function withNote(line: string, note: Note | undefined): string {
  return note === undefined ? line : `${line}; ${visible(note.text)}`
}

function stateOf({ state, version, versionLabel }: Deployment): string {
  return `${state}, version ${versionLabel ?? version}`
}

/** Shows a deployment only if its state, percentage or note has changed. */
function onlyWhenMoved(printer: DeploymentPrinter): DeploymentPrinter {
  const last = new Map<string, string>()
  return {
    ...printer,
    show(deployment, note) {
      const key = `${documentOf(deployment)} ${deployment.deployment}`
      const now = `${deployment.state} ${deployment.percentage} ${note?.text}`
      if (last.get(key) === now) return
      last.set(key, now)
      printer.show(deployment, note)
    },
  }
}
