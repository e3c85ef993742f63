/**
 * What is seen while the story is told: on a terminal a table that is redrawn, elsewhere a line
 * whenever something has changed.
 *
 * @module
 */
import { clearScreenDown, moveCursor } from 'node:readline'
import { VERSION_NAMES } from './config.ts'
import { errorsOf, type Sample } from './observer.ts'
import type { Mark } from './story.ts'

export interface Screen {
  sample(sample: Sample): void
  mark(mark: Mark): void
}

/** The screen that fits the output. */
export function createScreen(output: NodeJS.WriteStream): Screen {
  return output.isTTY ? tableScreen(output) : lineScreen(output)
}

function lineScreen(output: NodeJS.WriteStream): Screen {
  let last = ''
  return {
    sample(sample) {
      const line = `${headline(sample)}  ${VERSION_NAMES.map((version) => `${version}: ${sample.on[version]}`).join('  ')}`
      const whatMatters = `${line} ${sample.errorPercent > 0}`
      if (whatMatters === last) return
      last = whatMatters
      output.write(`${minuteOf(sample)}  ${line}  errors ${percent(sample.errorPercent)}\n`)
    },
    mark: (mark) => void output.write(`${minuteOf(mark)}  * ${mark.text}\n`),
  }
}

const BAR_WIDTH = 20
const RESET = '\u001b[0m'
const COLOUR = { v1: '\u001b[34m', v2: '\u001b[32m', v3: '\u001b[31m', dim: '\u001b[2m', bold: '\u001b[1m' }

function tableScreen(output: NodeJS.WriteStream): Screen {
  const marks: Mark[] = []
  let height = 0

  return {
    sample(sample) {
      const lines = tableOf(sample, marks)
      moveCursor(output, 0, -height)
      clearScreenDown(output)
      output.write(`${lines.join('\n')}\n`)
      height = lines.length
    },
    mark: (mark) => void marks.push(mark),
  }
}

function tableOf(sample: Sample, marks: readonly Mark[]): string[] {
  return [
    `${COLOUR.bold}minute ${minuteOf(sample)}${RESET}   ${headline(sample)}   ${barOf(sample)}`,
    '',
    `${COLOUR.dim}instance      version   requests   errors${RESET}`,
    ...sample.instances.map((tally) => {
      const { name, version = '', requests } = tally
      const colour = version === '' ? '' : COLOUR[version]
      const errors = errorsOf(tally)
      return `${name}   ${colour}${version.padEnd(7)}${RESET}   ${String(requests).padStart(8)}   ${errors > 0 ? COLOUR.v3 : ''}${String(errors).padStart(6)}${RESET}`
    }),
    '',
    `errors in the last minute: ${percent(sample.errorPercent)}   alarm: ${sample.alarm === 'OK' ? 'OK' : `${COLOUR.v3}${sample.alarm}${RESET}`}`,
    ...marks.map((mark) => `${COLOUR.dim}${minuteOf(mark)}${RESET}  ${mark.text}`),
  ]
}

function headline({ deployment, alarm }: Sample): string {
  if (!deployment) return 'no deployment'
  const { version, state, percentage } = deployment
  const progress = state === 'DEPLOYING' ? ` ${percent(percentage, 0)}` : ''
  return `${version} ${state}${progress}${alarm === 'OK' ? '' : '  ALARM'}`
}

function barOf({ deployment }: Sample): string {
  const full = Math.round(((deployment?.percentage ?? 0) / 100) * BAR_WIDTH)
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`
}

function minuteOf({ minute }: Pick<Sample, 'minute'>): string {
  return minute.toFixed(1).padStart(5)
}

function percent(value: number, digits = 1): string {
  return `${value.toFixed(digits)}%`
}
