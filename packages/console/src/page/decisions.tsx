/**
 * What was decided lately, while this page was open.
 *
 * @module
 */
import type { ShownDecision, State } from '../wire.ts'
import { Badge } from './badge.tsx'
import { Fact } from './fact.tsx'
import { ago } from './time.ts'
import { useServerTime } from './use-server-time.ts'

interface Props {
  readonly state: State
  readonly askedAtMs: number
}

/** Of a hash, as many characters tell one tenant from another. */
const HASH = /^[0-9a-f]{64}$/
const SHOWN_OF_HASH = 12

export function Decisions({ state, askedAtMs }: Props) {
  const decisions = state.decisions ?? []
  const nowMs = useServerTime(state, askedAtMs)

  return (
    <section aria-labelledby="decisions">
      <h2 id="decisions">Decided lately</h2>
      {decisions.length === 0 && <p class="hint">No flag was asked for since this page was opened.</p>}
      <ul class="cards">
        {decisions.map((decision) => (
          <li key={keyOf(decision)} class="card">
            <DecisionCard decision={decision} nowMs={nowMs} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function keyOf({ times: _times, atMs: _atMs, ...alike }: ShownDecision): string {
  return JSON.stringify(alike)
}

function DecisionCard({ decision, nowMs }: { readonly decision: ShownDecision; readonly nowMs: number }) {
  const { flag, outcome, variant, reason, layer, version, tenant, value, times, atMs } = decision
  return (
    <>
      <div class="head">
        <h3>{flag}</h3>
        {outcome !== undefined && <Badge state={outcome} />}
      </div>
      <dl class="facts">
        {variant !== undefined && <Fact name="variant">{variant}</Fact>}
        <Fact name="why">{reason.replaceAll('_', ' ')}</Fact>
        {layer !== undefined && (
          <Fact name="layer">{version === undefined ? layer : `${layer} ${version}`}</Fact>
        )}
        <Fact name="tenant">{tenant === undefined ? 'none' : shortTenant(tenant)}</Fact>
        {value !== undefined && <Fact name="value">{value}</Fact>}
        <Fact name="times">{String(times)}</Fact>
        <Fact name="last">{ago(nowMs - atMs)}</Fact>
      </dl>
    </>
  )
}

function shortTenant(tenant: string): string {
  return HASH.test(tenant) ? `${tenant.slice(0, SHOWN_OF_HASH)}…` : tenant
}
