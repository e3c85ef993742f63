/**
 * Draws the story as an SVG: above, how many instances were on which version, and how far AppConfig
 * had gone; below, the error rate and the alarm's threshold; the marks of the story through both.
 *
 * @module
 */
import { THRESHOLD_PERCENT } from './alarm.ts'
import { VERSION_NAMES, type Version } from './config.ts'
import type { Sample } from './observer.ts'
import type { Told } from './story.ts'

const WIDTH = 1000
const LEFT = 70
const RIGHT = 980
const SHARE = { top: 110, bottom: 330 }
const ERRORS = { top: 375, bottom: 495 }
const MARKS_TOP = 560
const MARK_LINE = 24
const COLOUR: Readonly<Record<Version, string>> = { v1: '#b9c7de', v2: '#67b08c', v3: '#b3202c' }

/** A place on an axis, in pixels. */
type Scale = (value: number) => number

/** @returns the SVG's text. */
export function plotOf({ samples, marks }: Told): string {
  const end = samples.at(-1)?.minute ?? 1
  const x = scale(0, end, LEFT, RIGHT)
  const instances = samples[0]?.instances.length ?? 1
  const share = scale(0, instances, SHARE.bottom, SHARE.top)
  const mostErrors = Math.max(10, ...samples.map(({ errorPercent }) => Math.ceil(errorPercent / 10) * 10))
  const errors = scale(0, mostErrors, ERRORS.bottom, ERRORS.top)
  const height = MARKS_TOP + MARK_LINE * Math.ceil(marks.length / 2) + 6
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="13" fill="#222">
<title>A bad configuration, deployed gradually and rolled back</title>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${text(LEFT, 32, 'A bad configuration, deployed gradually and rolled back', 'font-size="19" font-weight="600"')}
${legend()}
${shares(samples, x, share)}
${progress(samples, x, scale(0, 100, SHARE.bottom, SHARE.top))}
${axis([0, instances / 2, instances], share, 'instances', SHARE)}
${errorRate(samples, x, errors)}
${threshold(errors)}
${axis([0, mostErrors / 2, mostErrors], errors, 'errors, %', ERRORS)}
${minutes(end, x)}
${marks.map(({ minute, text: label }, at) => markLine(at, x(minute), label, x, marks)).join('\n')}
</svg>
`
}

function scale(from: number, to: number, low: number, high: number): Scale {
  return (value) => round(low + ((value - from) / (to - from)) * (high - low))
}

/** The newest lies lowest, so that its edge can be compared with how far AppConfig has gone. */
const STACK: readonly Version[] = [...VERSION_NAMES].reverse()

/** One area per version, stacked; a version holds until the next sample. */
function shares(samples: readonly Sample[], x: Scale, y: Scale): string {
  return STACK.map((version, at) => {
    const below = (sample: Sample): number => total(sample, STACK.slice(0, at))
    const upper = steps(samples, x, (sample) => y(below(sample) + sample.on[version]))
    const lower = steps(samples, x, (sample) => y(below(sample)))
    return `<path class="${version}" d="M${[...upper, ...lower.reverse()].join('L')}Z" fill="${COLOUR[version]}"/>`
  }).join('\n')
}

/** How far AppConfig had gone: from a deployment's start to its bake or its end. */
function progress(samples: readonly Sample[], x: Scale, y: Scale): string {
  return (['v2', 'v3'] as const)
    .map((version) => {
      const own = samples.filter(({ deployment }) => deployment?.version === version)
      const settled = own.findIndex(({ deployment }) => deployment?.state !== 'DEPLOYING')
      const points = steps(own.slice(0, settled + 1), x, ({ deployment }) => y(deployment?.percentage ?? 0))
      return `<path d="M${points.join('L')}" fill="none" stroke="#222" stroke-width="1.5" stroke-dasharray="5 3"/>`
    })
    .join('\n')
}

function errorRate(samples: readonly Sample[], x: Scale, y: Scale): string {
  const line = samples.map(({ minute, errorPercent }) => `${x(minute)} ${y(errorPercent)}`).join('L')
  return `<path class="errors" d="M${LEFT} ${ERRORS.bottom}L${line}L${RIGHT} ${ERRORS.bottom}Z" fill="#f6d5d8"/>
<path d="M${line}" fill="none" stroke="${COLOUR.v3}" stroke-width="2"/>`
}

function threshold(y: Scale): string {
  const at = y(THRESHOLD_PERCENT)
  return `<path d="M${LEFT} ${at}H${RIGHT}" stroke="#8a6d00" stroke-dasharray="6 4"/>
${text(LEFT + 8, at - 6, `the alarm: ${THRESHOLD_PERCENT}% in two minutes running`, 'font-size="11" fill="#8a6d00"')}`
}

function axis(ticks: readonly number[], y: Scale, label: string, { top, bottom }: typeof SHARE): string {
  const middle = (top + bottom) / 2
  return `<path d="M${LEFT} ${top}V${bottom}H${RIGHT}" fill="none" stroke="#555"/>
${ticks.map((tick) => text(LEFT - 8, y(tick) + 4, String(tick), 'text-anchor="end"')).join('')}
${text(22, middle, label, `text-anchor="middle" transform="rotate(-90 22 ${middle})"`)}`
}

function minutes(end: number, x: Scale): string {
  const ticks = Array.from({ length: Math.floor(end / 10) + 1 }, (_, at) => at * 10)
  const y = ERRORS.bottom
  return `${ticks.map((tick) => `<path d="M${x(tick)} ${y}v5" stroke="#555"/>${text(x(tick), y + 20, String(tick), 'text-anchor="middle"')}`).join('')}
${text((LEFT + RIGHT) / 2, y + 40, 'minutes', 'text-anchor="middle"')}`
}

/** A numbered line through both panels, and its text in the list below. */
function markLine(at: number, atX: number, label: string, x: Scale, marks: Told['marks']): string {
  const before = marks[at - 1]
  // Neighbours in time stand one above the other.
  const isClose = before !== undefined && atX - x(before.minute) < 22
  const row = isClose ? 1 - rowOf(at - 1, x, marks) : 0
  const y = 92 - 22 * row
  const half = Math.ceil(marks.length / 2)
  const listX = at < half ? LEFT : (LEFT + RIGHT) / 2
  const listY = MARKS_TOP + MARK_LINE * (at % half)
  const minute = marks[at]?.minute.toFixed(0)
  return `<path d="M${atX} ${y + 9}V${ERRORS.bottom}" stroke="#222" stroke-width="0.8" stroke-opacity="0.55"/>
${bullet(atX, y, at)}${bullet(listX + 9, listY, at)}${text(listX + 26, listY + 4, `minute ${minute}: ${label}`)}`
}

function rowOf(at: number, x: Scale, marks: Told['marks']): number {
  const [mark, before] = [marks[at], marks[at - 1]]
  if (mark === undefined || before === undefined || x(mark.minute) - x(before.minute) >= 22) return 0
  return 1 - rowOf(at - 1, x, marks)
}

function bullet(x: number, y: number, at: number): string {
  return `<circle cx="${x}" cy="${y}" r="9" fill="#222"/>${text(x, y + 4, String(at + 1), 'text-anchor="middle" font-size="11" fill="#fff"')}`
}

function legend(): string {
  const entries = VERSION_NAMES.map((version, at) => {
    const x = LEFT + 75 * at
    return `<rect x="${x}" y="44" width="14" height="14" fill="${COLOUR[version]}"/>${text(x + 20, 56, version)}`
  })
  const x = LEFT + 75 * VERSION_NAMES.length
  return `${entries.join('')}<path d="M${x} 51h24" stroke="#222" stroke-width="1.5" stroke-dasharray="5 3"/>${text(x + 30, 56, 'how far AppConfig has gone')}`
}

/** Corners of a line that keeps its height until the next sample. */
function steps(samples: readonly Sample[], x: Scale, y: (sample: Sample) => number): string[] {
  return samples.flatMap((sample, at) => {
    const next = samples[at + 1] ?? sample
    return [`${x(sample.minute)} ${y(sample)}`, `${x(next.minute)} ${y(sample)}`]
  })
}

function total({ on }: Sample, versions: readonly Version[]): number {
  return versions.reduce((sum, version) => sum + on[version], 0)
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${x}" y="${y}" ${attributes}>${escaped}</text>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
