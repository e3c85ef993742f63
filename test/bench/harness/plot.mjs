/**
 * Horizontal bars with the middle half of the rounds as a line across, as SVG.
 *
 * @module
 */
const WIDTH = 860
const LABELS = 330
const VALUES = 90
const ROW = 20
const OURS = '#2563eb'
const FLOOR = '#6b7280'
const PEER = '#d97706'

/** @param bars `of(row)`: `{ value, low, high }`; `label`: what the axis shows; `log`: whether it grows tenfold. */
export function plot({ title, rows, bars, foot }) {
  const shown = rows.filter((row) => Number.isFinite(bars.of(row)?.value))
  const most = Math.max(...shown.map((row) => bars.of(row).high ?? bars.of(row).value))
  const least = bars.log ? Math.min(...shown.map((row) => bars.of(row).value)) / 2 : 0
  const room = WIDTH - LABELS - VALUES
  const x = (value) =>
    bars.log
      ? (Math.log(Math.max(value, least) / least) / Math.log(most / least)) * room
      : (value / most) * room
  const parts = []
  let y = 46
  let group
  for (const row of shown) {
    if (row.group !== group) {
      group = row.group
      y += 12
      parts.push(text(8, y + 14, group, 'font-weight="bold"'))
      y += ROW
    }
    parts.push(bar(row, bars.of(row), x, y))
    y += ROW
  }
  parts.unshift(
    text(8, 20, title, 'font-weight="bold" font-size="14"'),
    text(8, 38, `${bars.label}${bars.log ? ' (logarithmic)' : ''}`),
  )
  parts.push(text(8, y + 20, foot, `fill="${FLOOR}"`))
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + 30}" font-family="sans-serif" font-size="12" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" fill="white"/>
${parts.join('\n')}
</svg>
`
}

function bar(row, { value, low, high }, x, y) {
  const middle = y + ROW / 2
  const spread =
    low === undefined
      ? ''
      : `<path d="M${LABELS + x(low)} ${middle}H${LABELS + x(high)}" stroke="black" stroke-width="2"/>`
  return `${text(LABELS - 8, y + 14, row.name, 'text-anchor="end"')}
<rect x="${LABELS}" y="${y + 3}" width="${Math.max(1, x(value)).toFixed(1)}" height="${ROW - 6}" fill="${colorOf(row.name)}"/>${spread}
${text(LABELS + x(high ?? value) + 6, y + 14, value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3))}`
}

function colorOf(name) {
  if (name.startsWith('ours')) return OURS
  return /^(floor|hand-written|bare)/.test(name) ? FLOOR : PEER
}

function text(x, y, content, attributes = '') {
  return `<text x="${typeof x === 'number' ? x.toFixed(1) : x}" y="${y}" ${attributes}>${escaped(content)}</text>`
}

function escaped(content) {
  return String(content).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
