/**
 * Deployments as bars, each with its event log.
 *
 * @module
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { DeploymentAction, ShownDeployment, State } from '../wire.ts'
import { Badge } from './badge.tsx'
import { ConfirmAction } from './confirm-action.tsx'
import { clockTime } from './time.ts'

const IN_PROGRESS = ['VALIDATING', 'DEPLOYING', 'BAKING', 'ROLLING_BACK']

/** What somebody is about to do. */
export interface Intent {
  readonly deployment: ShownDeployment
  readonly action: DeploymentAction
}

export function Deployments({ state }: { readonly state: State }) {
  const deployments = state.deployments ?? []
  const [intent, setIntent] = useState<Intent>()

  return (
    <section aria-labelledby="deployments">
      <h2 id="deployments">Deployments</h2>
      {state.deploymentsProblem && <p class="problem">{state.deploymentsProblem}</p>}
      {deployments.length === 0 && !state.deploymentsProblem && <p class="hint">There are none yet.</p>}
      <Announcement deployments={deployments} />
      <ul class="cards">
        {deployments.map((deployment) => (
          <li key={deployment.id} class="card">
            <DeploymentCard
              deployment={deployment}
              action={state.actions ? actionOn(deployment, deployments) : undefined}
              onAct={setIntent}
            />
          </li>
        ))}
      </ul>
      {intent && <ConfirmAction intent={intent} onClose={() => setIntent(undefined)} />}
    </section>
  )
}

interface CardProps {
  readonly deployment: ShownDeployment
  /** Undefined where it may only be looked at. */
  readonly action: DeploymentAction | undefined
  readonly onAct: (intent: Intent) => void
}

function DeploymentCard({ deployment, action, onAct }: CardProps) {
  const { document, number, version, state, percentage, events } = deployment
  const isRunning = IN_PROGRESS.includes(state)
  const name = `deployment ${number} of ${document}`
  return (
    <>
      <div class="head">
        <h3>{document}</h3>
        <Badge state={state} />
      </div>
      <dl class="facts">
        <div>
          <dt>deployment</dt>
          <dd>{number}</dd>
        </div>
        <div>
          <dt>version</dt>
          <dd>{version}</dd>
        </div>
      </dl>
      {isRunning && (
        <div class="bar">
          <progress aria-label={`Progress of ${name}`} max={100} value={percentage} />
          <span>{Math.round(percentage)} %</span>
        </div>
      )}
      <div class="foot">
        {events.length > 0 && (
          <details>
            <summary aria-label={`${countOf(events)} of ${name}`}>{countOf(events)}</summary>
            <ol class="events">
              {events.map((event, at) => (
                <li key={events.length - at}>
                  {event.occurredAt && <time dateTime={event.occurredAt}>{clockTime(event.occurredAt)}</time>}
                  <span>{event.description || event.type.toLowerCase().replaceAll('_', ' ')}</span>
                </li>
              ))}
            </ol>
          </details>
        )}
        {action && (
          <button
            type="button"
            class={action === 'stop' ? 'danger' : ''}
            aria-label={`${action === 'stop' ? 'Stop' : 'Revert'} ${name}`}
            onClick={() => onAct({ deployment, action })}
          >
            {action === 'stop' ? 'Stop…' : 'Revert…'}
          </button>
        )}
      </div>
    </>
  )
}

function countOf({ length }: readonly unknown[]): string {
  return length === 1 ? '1 event' : `${length} events`
}

/** Only what is served can be reverted: the newest complete deployment of its document. */
function actionOn(
  { document, number, state }: ShownDeployment,
  all: readonly ShownDeployment[],
): DeploymentAction | undefined {
  if (IN_PROGRESS.includes(state)) return state === 'ROLLING_BACK' ? undefined : 'stop'
  const complete = all.filter((each) => each.document === document && each.state === 'COMPLETE')
  return number === Math.max(...complete.map((each) => each.number)) ? 'revert' : undefined
}

/** Says to a screen reader that a deployment has another state, not every per cent. */
function Announcement({ deployments }: { readonly deployments: readonly ShownDeployment[] }) {
  const before = useRef(new Map<string, string>())
  const [text, setText] = useState('')
  useEffect(() => {
    const isFirst = before.current.size === 0
    const changed = deployments.filter(({ id, state }) => before.current.get(id) !== state)
    before.current = new Map(deployments.map(({ id, state }) => [id, state]))
    if (isFirst || changed.length === 0) return
    setText(
      changed
        .map(
          ({ number, document, state }) =>
            `Deployment ${number} of ${document}: ${state.toLowerCase().replaceAll('_', ' ')}.`,
        )
        .join(' '),
    )
  }, [deployments])
  return (
    <p class="unseen" role="status">
      {text}
    </p>
  )
}
