/**
 * Rollouts as waves, each with its cells.
 *
 * @module
 */
import type { ShownCell, ShownRollout, State } from '../wire.ts'
import { Badge } from './badge.tsx'

export function Rollouts({ state }: { readonly state: State }) {
  const rollouts = state.rollouts ?? []
  return (
    <section aria-labelledby="rollouts">
      <h2 id="rollouts">Rollouts</h2>
      {state.rolloutsProblem && <p class="problem">{state.rolloutsProblem}</p>}
      {rollouts.length === 0 && !state.rolloutsProblem && <p class="hint">There are none yet.</p>}
      <ul class="cards">
        {rollouts.map((rollout) => (
          <li key={`${rollout.profile} ${rollout.label}`} class="card">
            <RolloutCard rollout={rollout} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function RolloutCard({ rollout: { profile, label, waves } }: { readonly rollout: ShownRollout }) {
  const cells = waves.flatMap((wave) => wave.cells)
  const done = cells.filter(({ state }) => state === 'done').length
  return (
    <>
      <div class="head">
        <h3>
          {profile} {label}
        </h3>
        <span>
          {done} of {cells.length} done
        </span>
      </div>
      <ol class="waves" aria-label={`Waves of ${profile} ${label}`}>
        {waves.map((wave) => (
          <li key={wave.name}>
            <h4>{wave.name}</h4>
            <ul class="cells">
              {wave.cells.map((cell) => (
                <CellItem key={cell.name} cell={cell} label={label} />
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </>
  )
}

function CellItem({ cell, label }: { readonly cell: ShownCell; readonly label: string }) {
  const { name, state, percentage, problem } = cell
  return (
    <li>
      <div class="head">
        <span>{name}</span>
        <Badge state={state} />
      </div>
      <p class={problem === undefined ? 'hint' : 'problem'}>{problem ?? detailOf(cell)}</p>
      {percentage !== undefined && (
        <div class="bar">
          <progress aria-label={`Progress of ${label} in ${name}`} max={100} value={percentage} />
          <span>{Math.round(percentage)} %</span>
        </div>
      )}
    </li>
  )
}

function detailOf({ deployment, deploymentState = '', version, before }: ShownCell): string {
  if (deployment === undefined) return before === undefined ? 'nothing deployed yet' : `has ${before}`
  const state = deploymentState.toLowerCase().replaceAll('_', ' ')
  const now = `deployment ${deployment} of ${version}: ${state}`
  return before === undefined ? now : `${now}, ${before} before it`
}
