/**
 * The whole page: its head, who gets what, deployments, rollouts, documents, decisions.
 *
 * @module
 */
import { useEffect } from 'preact/hooks'
import { Badge } from './badge.tsx'
import { Decisions } from './decisions.tsx'
import { Deployments } from './deployments.tsx'
import { Documents } from './documents.tsx'
import { Rollouts } from './rollouts.tsx'
import { type Connection, useStateOfServer } from './use-state-of-server.ts'
import { WhoGetsWhat } from './who-gets-what.tsx'

const CONNECTIONS: Readonly<Record<Connection, string>> = {
  connecting: 'connecting',
  live: 'live',
  lost: 'connection lost, trying again',
}

export function Console() {
  const { state, askedAtMs, connection, problem, documentsChanged } = useStateOfServer()
  const title = state?.title
  useEffect(() => {
    if (title !== undefined) document.title = `${title} – console`
  }, [title])

  return (
    <>
      <header class="top">
        <h1>{title ?? 'AppConfig'}</h1>
        <p class="facts">
          {state && <Badge state={state.health.status} />}
          {state && (
            <span>
              {state.health.warmTenants === 1 ? '1 warm tenant' : `${state.health.warmTenants} warm tenants`}
            </span>
          )}
          <span class={`connection ${connection}`} role="status">
            {CONNECTIONS[connection]}
          </span>
        </p>
      </header>
      <nav aria-label="Parts of this page">
        <a href="#who">Who gets what</a>
        {state?.deployments && <a href="#deployments">Deployments</a>}
        {state?.rollouts && <a href="#rollouts">Rollouts</a>}
        <a href="#documents">Documents</a>
        {state?.decisions && <a href="#decisions">Decided lately</a>}
      </nav>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <main>
        <WhoGetsWhat state={state} documentsChanged={documentsChanged} />
        {state && (
          <div class="side">
            {state.deployments && <Deployments state={state} />}
            {state.rollouts && <Rollouts state={state} />}
            <Documents state={state} askedAtMs={askedAtMs} />
            {state.decisions && <Decisions state={state} askedAtMs={askedAtMs} />}
          </div>
        )}
      </main>
    </>
  )
}
