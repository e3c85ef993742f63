/**
 * What is seen while the story is told: on a terminal a table that is redrawn, elsewhere a line whenever a cell has
 * changed.
 *
 * @module
 */
import { clearScreenDown, moveCursor } from 'node:readline'
import { VERSION_NAMES } from './config.ts'
import type { CellSample, Sample } from './observer.ts'
import type { Mark } from './story.ts'

export interface Screen {
  sample(sample: Sample, gate: Gate): void
  mark(mark: Mark): void
}

/** By cell: what the gate says. */
type Gate = Readonly<Record<string, string>>

/** The screen that fits the output. */
export function createScreen(output: NodeJS.WriteStream): Screen {
  return output.isTTY ? tableScreen(output) : lineScreen(output)
}

function lineScreen(output: NodeJS.WriteStream): Screen {
  const last = new Map<string, string>()
  return {
    sample({ minute, cells }, gate) {
      for (const cell of cells) {
        const line = `${cell.name}  ${cell.deployment}  ${versionsOf(cell)}`
        if (last.get(cell.name) === line) continue
        last.set(cell.name, line)
        output.write(`${minuteOf({ minute })}  ${line}${gate[cell.name] ? `  ${gate[cell.name]}` : ''}\n`)
      }
    },
    mark: (mark) => void output.write(`${minuteOf(mark)}  * ${mark.text}\n`),
  }
}

const RESET = '\u001b[0m'
const COLOUR = { v1: '\u001b[34m', v2: '\u001b[32m', v3: '\u001b[31m', dim: '\u001b[2m' }
const MARKS = 12

function tableScreen(output: NodeJS.WriteStream): Screen {
  const marks: Mark[] = []
  let height = 0
  return {
    sample(sample, gate) {
      const lines = tableOf(sample, gate, marks.slice(-MARKS))
      moveCursor(output, 0, -height)
      clearScreenDown(output)
      output.write(`${lines.join('\n')}\n`)
      height = lines.length
    },
    mark: (mark) => void marks.push(mark),
  }
}

function tableOf({ minute, cells }: Sample, gate: Gate, marks: readonly Mark[]): string[] {
  return [
    `${COLOUR.dim}minute ${minuteOf({ minute })}  instances    deployment${RESET}`,
    ...cells.map((cell) => {
      const said = gate[cell.name] ?? ''
      return `${cell.name.padEnd(13)}  ${barOf(cell)}   ${cell.deployment.padEnd(17)} ${COLOUR.dim}${said}${RESET}`
    }),
    '',
    ...marks.map((mark) => `${COLOUR.dim}${minuteOf(mark)}${RESET}  ${mark.text}`),
  ]
}

function barOf({ on }: CellSample): string {
  return VERSION_NAMES.toReversed()
    .map((version) => `${COLOUR[version]}${'█'.repeat(on[version])}${RESET}`)
    .join('')
}

function versionsOf({ on }: CellSample): string {
  return VERSION_NAMES.filter((version) => on[version] > 0)
    .map((version) => `${version}: ${on[version]}`)
    .join('  ')
}

function minuteOf({ minute }: Pick<Mark, 'minute'>): string {
  return minute.toFixed(1).padStart(5)
}
