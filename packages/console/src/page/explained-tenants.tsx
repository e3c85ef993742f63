/**
 * What tenants get: where it comes from, their flags, and each key.
 *
 * @module
 */
import { useState } from 'preact/hooks'
import type { Comparison, Explanation } from '../wire.ts'
import { Badge } from './badge.tsx'
import { Flags } from './flags.tsx'
import { Keys } from './keys.tsx'

interface Props {
  readonly comparison: Comparison
  readonly showsValues: boolean
  /** Undefined where nothing may be loaded. */
  readonly onLoad: ((at: number) => void) | undefined
}

export function ExplainedTenants({ comparison, showsValues, onLoad }: Props) {
  const { explanations, differingKeys, differingFlags } = comparison
  const [onlyDiffering, setOnlyDiffering] = useState(false)
  const isPair = explanations.length === 2
  const names = explanations.map((each, at) => nameOf(each, isPair ? at : undefined))
  const hides = isPair && onlyDiffering

  return (
    <div class="explained">
      <div class={isPair ? 'pair' : ''}>
        {explanations.map((explanation, at) => (
          <Summary
            key={at}
            name={names[at] ?? ''}
            explanation={explanation}
            onLoad={onLoad && (() => onLoad(at))}
          />
        ))}
      </div>
      {isPair && (
        <p class="between" role="status">
          {differingKeys.length === 0
            ? 'Both get the same.'
            : `They differ in ${differingKeys.length === 1 ? '1 key' : `${differingKeys.length} keys`}.`}
        </p>
      )}
      {isPair && differingKeys.length > 0 && (
        <label class="check">
          <input
            type="checkbox"
            checked={onlyDiffering}
            onChange={(event) => setOnlyDiffering(event.currentTarget.checked)}
          />
          Only what differs
        </label>
      )}
      <Flags explanations={explanations} names={names} differing={differingFlags} hides={hides} />
      <Keys
        explanations={explanations}
        names={names}
        differing={differingKeys}
        hides={hides}
        showsValues={showsValues}
      />
    </div>
  )
}

function nameOf({ tenant }: Explanation, at: number | undefined): string {
  const name = tenant ?? 'no tenant'
  return at === undefined ? name : `${at === 0 ? 'A' : 'B'}: ${name}`
}

interface SummaryProps {
  readonly name: string
  readonly explanation: Explanation
  readonly onLoad: (() => void) | undefined
}

function Summary({ name, explanation, onLoad }: SummaryProps) {
  const { state, isStale, error, layers } = explanation
  return (
    <div class="summary">
      <div class="head">
        <h3>{name}</h3>
        <Badge state={isStale ? 'stale' : state} />
      </div>
      {state === 'cold' && (
        <p class="hint">
          This process has served no request of exactly this tenant lately: id, tier, cell and attributes all
          count.
          {onLoad ? ' It can be loaded as a request would load it.' : ''}
        </p>
      )}
      {state === 'cold' && onLoad && (
        <button type="button" onClick={onLoad}>
          Load {name}
        </button>
      )}
      {error && <p class="problem">{error.message}</p>}
      {layers.length > 0 && (
        <ol class="layers" aria-label={`Layers of ${name}, lowest first`}>
          {layers.map((layer) => (
            <li key={layer.name}>
              <span class="name">{layer.name}</span> <span class="version">{layer.version ?? 'none'}</span>
              {layer.status !== 'ok' && (
                <>
                  {' '}
                  <Badge state={layer.status} />
                </>
              )}
              {layer.isHeldBack && <span class="hint"> an older version is used</span>}
              {layer.problem && <p class="problem">{layer.problem}</p>}
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}
