/**
 * What AppConfig is asked for again and again while somebody has the page open: deployments, rollouts.
 *
 * One look at a time, for all pages together. After the last page is closed nothing is asked.
 *
 * @module
 */
import { isAppConfigError } from '@appconfig-kit/core'
import type { Settings } from './options.ts'

/** The result of the newest look; no items where there is nothing to look at. */
export interface SeenList<Item> {
  readonly items: readonly Item[] | undefined
  readonly problem: string | undefined
}

/** A list that is looked at again and again. */
export interface WatchedList<Item> {
  /** The newest look, if it is not too old, else a new one. */
  seen(): Promise<SeenList<Item>>
  /** Looks now. */
  look(): Promise<SeenList<Item>>
  /** Looks until it is stopped. */
  watch(): void
  stop(): void
}

/**
 * @param what the list is of, for texts.
 * @param list undefined where there is nothing to look at.
 * @param onChange called when a look has found something else than the one before.
 */
export function watchList<Item>(
  what: string,
  list: (() => Promise<readonly Item[]>) | undefined,
  { clock, lookEveryMs }: Pick<Settings<never>, 'clock' | 'lookEveryMs'>,
  onChange: () => void,
): WatchedList<Item> {
  let last: SeenList<Item> = { items: undefined, problem: undefined }
  let lookedAtMs = Number.NEGATIVE_INFINITY
  let looking: Promise<SeenList<Item>> | undefined
  let isWatching = false
  let cancel = (): void => {}

  function look(): Promise<SeenList<Item>> {
    looking ??= lookNow().finally(() => {
      looking = undefined
    })
    return looking
  }

  async function lookNow(): Promise<SeenList<Item>> {
    cancel()
    let found: SeenList<Item>
    try {
      found = { items: list && (await list()), problem: undefined }
    } catch (error) {
      // What was seen before stays, with the reason why there is nothing newer.
      found = { items: last.items ?? [], problem: reasonOf(error, what) }
    }
    const hasChanged = JSON.stringify(found) !== JSON.stringify(last)
    last = found
    lookedAtMs = clock.now()
    if (isWatching) {
      cancel = clock.schedule(lookEveryMs, () => void look())
      if (hasChanged) onChange()
    }
    return found
  }

  return {
    look,
    seen: () => (clock.now() - lookedAtMs < lookEveryMs ? Promise.resolve(last) : look()),
    watch() {
      if (isWatching || list === undefined) return
      isWatching = true
      void look()
    },
    stop() {
      isWatching = false
      cancel()
    },
  }
}

/** The name of what AppConfig answered, and nothing that it may hold besides. */
function reasonOf(error: unknown, what: string): string {
  if (isAppConfigError(error)) return `${error.code}: ${error.problem}`
  const name = error instanceof Error ? error.name : 'an error'
  return `AppConfig could not be asked for ${what}: ${name}.`
}
