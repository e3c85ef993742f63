/**
 * A state as a word with a colour, never as a colour alone.
 *
 * @module
 */

const GOOD = ['ok', 'warm', 'COMPLETE', 'on', 'done']
const BAD = ['unavailable', 'failed', 'rejected', 'ROLLED_BACK', 'REVERTED', 'taken-back', 'stuck']
const BUSY = [
  'VALIDATING',
  'DEPLOYING',
  'BAKING',
  'ROLLING_BACK',
  'loading',
  'under-way',
  'going-back',
  'busy',
]

export function Badge({ state }: { readonly state: string }) {
  const kind = GOOD.includes(state)
    ? 'good'
    : BAD.includes(state)
      ? 'bad'
      : BUSY.includes(state)
        ? 'busy'
        : 'plain'
  return <span class={`badge ${kind}`}>{state.toLowerCase().replaceAll(/[_-]/g, ' ')}</span>
}
