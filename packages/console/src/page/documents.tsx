/**
 * The documents of the client: version, age, state, and the last problem.
 *
 * @module
 */
import type { ShownDocument, State } from '../wire.ts'
import { Badge } from './badge.tsx'
import { Fact } from './fact.tsx'
import { ago } from './time.ts'
import { useServerTime } from './use-server-time.ts'

interface Props {
  readonly state: State
  readonly askedAtMs: number
}

export function Documents({ state, askedAtMs }: Props) {
  const { documents } = state.health
  const nowMs = useServerTime(state, askedAtMs)

  return (
    <section aria-labelledby="documents">
      <h2 id="documents">Documents</h2>
      {documents.length === 0 && <p class="hint">None that all tenants share.</p>}
      <ul class="cards">
        {documents.map((document) => (
          <li key={document.name} class="card">
            <DocumentCard document={document} nowMs={nowMs} />
          </li>
        ))}
      </ul>
    </section>
  )
}

interface CardProps {
  readonly document: ShownDocument
  readonly nowMs: number
}

function DocumentCard({ document, nowMs }: CardProps) {
  const { name, status, version, receivedAtMs, checkedAtMs, restoredFromMs, problem } = document
  const isOver = problem !== undefined && status === 'ok'
  return (
    <>
      <div class="head">
        <h3>{name}</h3>
        <Badge state={status} />
      </div>
      <dl class="facts">
        <Fact name="version">{version ?? 'none'}</Fact>
        {receivedAtMs !== undefined && <Fact name="received">{ago(nowMs - receivedAtMs)}</Fact>}
        {checkedAtMs !== undefined && <Fact name="checked">{ago(nowMs - checkedAtMs)}</Fact>}
        {restoredFromMs !== undefined && <Fact name="from the backup of">{ago(nowMs - restoredFromMs)}</Fact>}
      </dl>
      {problem && (
        <p class={isOver ? 'hint' : 'problem'}>
          {isOver ? 'Over: ' : ''}
          {problem.message} <span class="age">{ago(nowMs - problem.atMs)}</span>
        </p>
      )}
    </>
  )
}
