/**
 * Evidence against a version, as E-values: a number that is at most 1 on average while there is nothing to
 * find, and grows without limit if there is.
 *
 * For a number that never averages above 1, the chance to ever reach 1/alpha is at most alpha, however often
 * somebody looks (Ville's inequality). So a gate may look every minute, and stop when it has seen enough.
 *
 * {@link evidenceOfMore} is the sequential test of Lindon and Malek for counts, with a mixture over a few
 * ratios in place of their integral: https://arxiv.org/abs/2011.03567, "Anytime-Valid Inference for
 * Multinomial Count Data" (NeurIPS 2022). Ville: Étude critique de la notion de collectif (1939).
 *
 * @module
 */
import type { Counts, Look } from './looks.ts'

/** How many times as high the new version's rate may be, each as likely as the others. */
const RATIOS = [1.5, 2, 3, 5, 10, 30, 100]
/** The same for the comparison with a fixed rate, which is seldom exceeded a hundredfold. */
const RATIOS_OF_LIMIT = [1.5, 2, 4, 8, 20]
const HIGHEST_RATE = 0.999

/**
 * Evidence that events are more frequent with the new version than with the one before.
 *
 * Of the events of a look, the share of the new version is its share s of the requests if the rates are equal,
 * and q = ρs / (ρs + 1 - s) if its rate is ρ times as high. Each look has its own s, so changes of traffic and
 * of percentages cancel out. A look with one version only says nothing. For events that are not rare the test
 * is too careful, never too quick.
 */
export function evidenceOfMore(looks: readonly Look[]): number {
  return meanOfExponentials(
    RATIOS.map((ratio) => looks.reduce((sum, look) => sum + logOfLook(look, ratio), 0)),
  )
}

function logOfLook({ before, after }: Look, ratio: number): number {
  if (before.requests === 0 || after.requests === 0) return 0
  if (before.events === 0 && after.events === 0) return 0
  const share = after.requests / (after.requests + before.requests)
  // q/s = ρ / (ρs + 1 - s) for each event of the new version, (1-q)/(1-s) = 1 / (ρs + 1 - s) for each before.
  const events = before.events + after.events
  return after.events * Math.log(ratio) - events * Math.log(ratio * share + 1 - share)
}

/** Evidence that the rate of events is above a limit, whatever it was before. */
export function evidenceAbove({ requests, events }: Counts, limit: number): number {
  // A rate of 1 would exclude a single success.
  const candidates = RATIOS_OF_LIMIT.map((ratio) => Math.min(limit * ratio, HIGHEST_RATE))
  return meanOfExponentials(
    candidates.map(
      (rate) => events * Math.log(rate / limit) + (requests - events) * Math.log((1 - rate) / (1 - limit)),
    ),
  )
}

/** In logarithms, since a look at much traffic has numbers beyond what a float holds. */
function meanOfExponentials(logs: readonly number[]): number {
  const most = Math.max(...logs)
  const sum = logs.reduce((total, log) => total + Math.exp(log - most), 0)
  return Math.exp(most + Math.log(sum / logs.length))
}
