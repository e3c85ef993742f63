/**
 * Nobody sees what belongs to somebody else: a property of any interleaving of requests, deployments, broken
 * versions, removals, evictions, idling, outages and restarts from backups.
 *
 * The seed is printed; `APPCONFIG_KIT_SEED` plays a run again.
 */
import fc from 'fast-check'
import { step } from './steps.ts'
import type { Shape } from './tenancy.ts'
import { startWorld } from './world.ts'

const SHAPES: readonly Shape[] = ['places', 'tiers']
const RUNS_A_BATCH = 50

export interface Checked {
  readonly seed: number
  readonly steps: number
  /** Requests that were served while AppConfig was out, by a process that was started meanwhile. */
  readonly servedFromBackup: number
}

export interface Checking {
  /** Whether a failure is told with the fewest steps that show it. @default true */
  readonly isShrunk?: boolean
}

/**
 * Takes so many steps, in worlds of both shapes.
 *
 * @throws what fast-check found.
 */
export async function checkIsolation(steps: number, { isShrunk = true }: Checking = {}): Promise<Checked> {
  const seed = Number(process.env['APPCONFIG_KIT_SEED'] ?? Date.now() % 2 ** 31)
  process.stdout.write(`isolation: seed ${seed}\n`)
  let taken = 0
  let servedFromBackup = 0
  for (let batch = 0; taken < steps; batch++) {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SHAPES),
        fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }),
        async (shape, planned) => {
          if (taken >= steps && !isShrunk) return
          const world = startWorld(shape)
          try {
            for (const each of planned) {
              taken++
              await world.take(each)
            }
          } finally {
            servedFromBackup += world.servedFromBackup
            await world.close()
          }
        },
      ),
      { numRuns: RUNS_A_BATCH, seed: seed + batch, endOnFailure: !isShrunk },
    )
  }
  return { seed, steps: taken, servedFromBackup }
}
