/**
 * Decisions of the process, gathered while somebody has the page open.
 *
 * Listening makes requests a little slower, so nobody listens while the page is closed. Decisions that are alike are one
 * entry that counts them: a list of single ones would hold the last millisecond.
 *
 * @module
 */
import type { AppConfigClient, FlagDecision } from '@appconfig-kit/core'
import type { Settings } from '../options.ts'
import type { ShownDecision } from '../wire.ts'

/** Decisions that are gathered again and again. */
export interface WatchedDecisions {
  /** The newest first; undefined where they are not shown. */
  seen(): readonly ShownDecision[] | undefined
  /** Gathers until it is stopped; what was gathered before is forgotten. */
  watch(): void
  stop(): void
}

const MOST_SHOWN = 30
/** Pages look again at most as often. */
const TOLD_EVERY_MS = 1000

/** @param onChange called when there are others than before, once a second at most. */
export function watchDecisions(
  client: Pick<AppConfigClient<unknown>, 'on' | 'clock'>,
  { decisions, values, clock }: Pick<Settings<never>, 'decisions' | 'values' | 'clock'>,
  onChange: () => void,
): WatchedDecisions {
  /** By what is alike; in the order in which they were made last. */
  const gathered = new Map<string, ShownDecision>()
  let stopListening: (() => void) | undefined
  let cancelTelling: (() => void) | undefined

  function gather(decision: FlagDecision): void {
    const shown = shownDecision(decision, values)
    const key = JSON.stringify(shown)
    const times = (gathered.get(key)?.times ?? 0) + 1
    gathered.delete(key)
    gathered.set(key, { ...shown, times, atMs: client.clock.now() })
    const [oldest] = gathered.keys()
    if (gathered.size > MOST_SHOWN && oldest !== undefined) gathered.delete(oldest)
    cancelTelling ??= clock.schedule(TOLD_EVERY_MS, () => {
      cancelTelling = undefined
      onChange()
    })
  }

  return {
    seen: () => (decisions ? [...gathered.values()].reverse() : undefined),
    watch() {
      if (!decisions || stopListening !== undefined) return
      gathered.clear()
      stopListening = client.on('decision', gather)
    },
    stop() {
      stopListening?.()
      stopListening = undefined
      cancelTelling?.()
      cancelTelling = undefined
    },
  }
}

type Alike = Omit<ShownDecision, 'times' | 'atMs'>

function shownDecision(decision: FlagDecision, values: boolean): Alike {
  const { flag, enabled, variant, reason, layer, version, tenant, value } = decision
  return {
    flag,
    outcome: enabled === undefined ? undefined : enabled ? 'on' : 'off',
    variant,
    reason,
    layer,
    version,
    tenant,
    value: values && value !== undefined ? JSON.stringify(value) : undefined,
  }
}
