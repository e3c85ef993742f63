/**
 * Deployments, looked at while somebody has the page open.
 *
 * One look at a time, for all pages together. After the last page is closed nothing is asked.
 *
 * @module
 */
import { isAppConfigError } from '@appconfig-kit/core'
import type { Settings } from '../options.ts'
import type { ShownDeployment } from '../wire.ts'

/** The result of the newest look. */
export interface SeenDeployments {
  readonly deployments: readonly ShownDeployment[] | undefined
  readonly problem: string | undefined
}

/** Deployments that are looked at again and again. */
export interface WatchedDeployments {
  /** The newest look, if it is not too old, else a new one. */
  seen(): Promise<SeenDeployments>
  /** Looks now. */
  look(): Promise<SeenDeployments>
  /** Looks until it is stopped. */
  watch(): void
  stop(): void
}

const NONE: SeenDeployments = { deployments: undefined, problem: undefined }

/** @param onChange called when a look has found something else than the one before. */
export function watchDeployments(
  { deployments, clock, lookEveryMs }: Pick<Settings<never>, 'deployments' | 'clock' | 'lookEveryMs'>,
  onChange: () => void,
): WatchedDeployments {
  let last = NONE
  let lookedAtMs = Number.NEGATIVE_INFINITY
  let looking: Promise<SeenDeployments> | undefined
  let isWatching = false
  let cancel = (): void => {}

  function look(): Promise<SeenDeployments> {
    looking ??= lookNow().finally(() => {
      looking = undefined
    })
    return looking
  }

  async function lookNow(): Promise<SeenDeployments> {
    cancel()
    let found: SeenDeployments
    try {
      found = deployments === undefined ? NONE : { deployments: await deployments.list(), problem: undefined }
    } catch (error) {
      // What was seen before stays, with the reason why there is nothing newer.
      found = { deployments: last.deployments ?? [], problem: reasonOf(error) }
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
      if (isWatching || deployments === undefined) return
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
function reasonOf(error: unknown): string {
  if (isAppConfigError(error)) return `${error.code}: ${error.problem}`
  const name = error instanceof Error ? error.name : 'an error'
  return `AppConfig could not be asked for deployments: ${name}.`
}
