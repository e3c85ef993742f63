/**
 * One participant: set up, then measured for a round, or told to do something, whenever it is asked.
 *
 * @module
 */
import { round } from './round.mjs'

const CHECKED = 40
/** The engine compiles anew what is called often, several times. */
const WARM_UP = { calls: 20_000, ms: 300 }

/**
 * @param module beside `participants`; `setup` is its export, which gets `options` and answers `run`, for rounds,
 * and `control`, functions by command.
 */
export async function openParticipant({ module, setup, options = {} }) {
  const { [setup]: setUp } = await import(new URL(`../participants/${module}.mjs`, import.meta.url).href)
  const { run, control = {}, close } = await setUp(options)
  return {
    yes: run === undefined ? undefined : await shareOfYes(run),
    ask(command, input) {
      if (command === 'warmUp') return warmUp(run)
      return command === 'round' ? round(run, input) : control[command](input)
    },
    stop: async () => close?.(),
  }
}

async function warmUp(run) {
  const beganAt = performance.now()
  for (let at = 0; at < WARM_UP.calls || performance.now() - beganAt < WARM_UP.ms; at++) await run()
}

/** How many of its answers are yes: one that never says it measures something else than the others. */
async function shareOfYes(run) {
  let yes = 0
  for (let at = 0; at < CHECKED; at++) if (await run()) yes++
  return yes / CHECKED
}
