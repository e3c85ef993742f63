/**
 * Draws the story as an SVG: for each cell how many instances were on which version, and its error rate; the marks of
 * the story through all of them.
 *
 * @module
 */
import { INSTANCES_PER_CELL, VERSION_NAMES, type Version } from './config.ts'
import type { CellSample, Sample } from './observer.ts'
import type { Told } from './story.ts'

const WIDTH = 1000
const LEFT = 90
const RIGHT = 945
const TOP = 130
const PANEL = 84
const GAP = 18
const MARK_LINE = 22
const COLOUR: Readonly<Record<Version, string>> = { v1: '#b9c7de', v2: '#8fc7aa', v3: '#c9656e' }
const ERRORS = '#7a0010'
/** Error rates are drawn up to so many percent. */
const MOST_PERCENT = 20

/** A place on an axis, in pixels. */
type Scale = (value: number) => number

/** @returns the SVG's text. */
export function plotOf({ samples, marks }: Told): string {
  const [first] = samples
  const end = samples.at(-1)?.minute ?? 1
  const x = scale(0, end, LEFT, RIGHT)
  const names = (first?.cells ?? []).map(({ name }) => name)
  const bottom = TOP + names.length * (PANEL + GAP) - GAP
  const listTop = bottom + 70
  const height = listTop + MARK_LINE * Math.ceil(marks.length / 2)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="13" fill="#222">
<title>${TITLE}</title>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${text(LEFT, 32, TITLE, 'font-size="19" font-weight="600"')}
${legend()}
${names.map((name, at) => panel(name, samples, x, TOP + at * (PANEL + GAP))).join('\n')}
${minutes(end, x, bottom)}
${marks.map((_mark, at) => markLine(at, marks, { x, bottom, listTop })).join('\n')}
</svg>
`
}

const TITLE = 'One version through four cells, and a bad one back from all of them'

/** One cell: versions as areas, errors as a line. */
function panel(name: CellSample['name'], samples: readonly Sample[], x: Scale, top: number): string {
  const bottom = top + PANEL
  const share = scale(0, INSTANCES_PER_CELL, bottom, top)
  const percent = scale(0, MOST_PERCENT, bottom, top)
  const cells = samples.map((sample) => ({
    minute: sample.minute,
    cell: sample.cells.find((each) => each.name === name) as CellSample,
  }))
  // The newest version lies lowest.
  const stack = VERSION_NAMES.toReversed()
  const areas = stack.map((version, at) => {
    const below = (cell: CellSample) => stack.slice(0, at).reduce((sum, each) => sum + cell.on[each], 0)
    const upper = steps(cells, x, (cell) => share(below(cell) + cell.on[version]))
    const lower = steps(cells, x, (cell) => share(below(cell)))
    return `<path class="${version}" d="M${[...upper, ...lower.reverse()].join('L')}Z" fill="${COLOUR[version]}"/>`
  })
  const line = cells.map(
    ({ minute, cell }) => `${x(minute)} ${percent(Math.min(MOST_PERCENT, cell.errorPercent))}`,
  )
  return `${areas.join('\n')}
<path class="errors" d="M${line.join('L')}" fill="none" stroke="${ERRORS}" stroke-width="1.8"/>
<path d="M${LEFT} ${top}V${bottom}H${RIGHT}V${top}" fill="none" stroke="#555"/>
${text(LEFT - 10, (top + bottom) / 2 + 4, name, 'text-anchor="end" font-weight="600"')}
${[0, MOST_PERCENT].map((tick) => text(RIGHT + 6, percent(tick) + (tick === 0 ? 0 : 10), `${tick}%`, 'font-size="11"')).join('')}`
}

function minutes(end: number, x: Scale, y: number): string {
  const ticks = Array.from({ length: Math.floor(end / 20) + 1 }, (_, at) => at * 20)
  const labels = ticks.map(
    (tick) =>
      `<path d="M${x(tick)} ${y}v5" stroke="#555"/>${text(x(tick), y + 20, String(tick), 'text-anchor="middle"')}`,
  )
  return `${labels.join('')}${text((LEFT + RIGHT) / 2, y + 38, 'minutes', 'text-anchor="middle"')}`
}

interface Frame {
  readonly x: Scale
  readonly bottom: number
  readonly listTop: number
}

/** A numbered line through all panels, and its text in the list below. */
function markLine(at: number, marks: Told['marks'], { x, bottom, listTop }: Frame): string {
  const mark = marks[at]
  if (mark === undefined) return ''
  const atX = x(mark.minute)
  const y = TOP - 18 - 20 * rowOf(at, marks, x)
  const half = Math.ceil(marks.length / 2)
  const listX = at < half ? LEFT : (LEFT + RIGHT) / 2
  const listY = listTop + MARK_LINE * (at % half)
  return `<path d="M${atX} ${y + 9}V${bottom}" stroke="#222" stroke-width="0.8" stroke-opacity="0.5"/>
${bullet(atX, y, at)}${bullet(listX + 9, listY - 4, at)}${text(listX + 26, listY, `minute ${mark.minute.toFixed(0)}: ${mark.text}`)}`
}

/** Neighbours in time stand above each other, in three rows. */
function rowOf(at: number, marks: Told['marks'], x: Scale): number {
  const [mark, before] = [marks[at], marks[at - 1]]
  if (mark === undefined || before === undefined || x(mark.minute) - x(before.minute) >= 20) return 0
  return (rowOf(at - 1, marks, x) + 1) % 3
}

function bullet(x: number, y: number, at: number): string {
  return `<circle cx="${x}" cy="${y}" r="9" fill="#222"/>${text(x, y + 4, String(at + 1), 'text-anchor="middle" font-size="11" fill="#fff"')}`
}

function legend(): string {
  const entries = VERSION_NAMES.map((version, at) => {
    const x = LEFT + 60 * at
    return `<rect x="${x}" y="44" width="14" height="14" fill="${COLOUR[version]}"/>${text(x + 20, 56, version)}`
  })
  const x = LEFT + 60 * VERSION_NAMES.length
  const words = `errors of the last three minutes, up to ${MOST_PERCENT}%; areas: ${INSTANCES_PER_CELL} instances a cell`
  return `${entries.join('')}<path d="M${x} 51h24" stroke="${ERRORS}" stroke-width="1.8"/>${text(x + 30, 56, words)}`
}

/** Corners of a line that keeps its height until the next sample. */
function steps(
  cells: readonly { readonly minute: number; readonly cell: CellSample }[],
  x: Scale,
  y: (cell: CellSample) => number,
): string[] {
  return cells.flatMap(({ minute, cell }, at) => {
    const next = cells[at + 1]?.minute ?? minute
    return [`${x(minute)} ${y(cell)}`, `${x(next)} ${y(cell)}`]
  })
}

function scale(from: number, to: number, low: number, high: number): Scale {
  return (value) => Math.round((low + ((value - from) / (to - from)) * (high - low)) * 10) / 10
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${x}" y="${y}" ${attributes}>${escaped}</text>`
}
