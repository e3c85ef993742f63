/**
 * Medians and spreads of rounds.
 *
 * @module
 */

/** The value below which `share` of the sorted values lie, between neighbours by their distance. */
export function quantile(sorted, share) {
  const at = share * (sorted.length - 1)
  const below = sorted[Math.floor(at)]
  return below + (sorted[Math.ceil(at)] - below) * (at % 1)
}

/** The median of rounds and the middle half around it. */
export function spread(values) {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b)
  if (sorted.length === 0) return undefined
  return { median: quantile(sorted, 0.5), p25: quantile(sorted, 0.25), p75: quantile(sorted, 0.75) }
}

/** Each round of `values` divided by the same round of `baseline`. */
export function ratios(values, baseline) {
  return spread(values.map((value, round) => value / baseline[round]))
}
