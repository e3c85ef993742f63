/**
 * Every key of the configuration, with the layer and version it comes from.
 *
 * @module
 */
import { useId, useState } from 'preact/hooks'
import type { Explanation, ShownKey } from '../wire.ts'

interface Props {
  readonly explanations: readonly Explanation[]
  readonly names: readonly string[]
  readonly differing: readonly string[]
  readonly hides: boolean
  readonly showsValues: boolean
}

export function Keys({ explanations, names, differing, hides, showsValues }: Props) {
  const [filter, setFilter] = useState('')
  const id = useId()
  const rows = explanations.map(({ keys }) => new Map(keys.map((each) => [each.key, each])))
  const all = [...new Set(explanations.flatMap(({ keys }) => keys.map(({ key }) => key)))]
  if (all.length === 0) return null
  const differs = new Set(differing)
  const wanted = filter.trim().toLowerCase()
  const keys = all.filter((key) => (!hides || differs.has(key)) && key.toLowerCase().includes(wanted))
  const leftOut = Math.max(...explanations.map(({ keysLeftOut }) => keysLeftOut))
  const isPair = explanations.length === 2

  return (
    <>
      <h3>Keys</h3>
      <div class="field filter">
        <label for={id}>Filter by name</label>
        <input
          id={id}
          type="search"
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
      </div>
      {!showsValues && <p class="hint">Values are not shown here, only their kinds.</p>}
      <table class={isPair ? 'keys two' : 'keys'}>
        <thead>
          <tr>
            <th scope="col">Key</th>
            {names.map((name) => (
              <th key={name} scope="col">
                {isPair ? name : 'Value'}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key} class={differs.has(key) ? 'differs' : ''}>
              <th scope="row">
                {key === '' ? '(the whole)' : key}
                {differs.has(key) && <span class="badge mark">differs</span>}
              </th>
              {rows.map((ofTenant, at) => (
                <td key={at}>
                  <Value shown={ofTenant.get(key)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {keys.length === 0 && <p class="hint">No key like that.</p>}
      {leftOut > 0 && <p class="hint">{leftOut} more keys are left out.</p>}
    </>
  )
}

function Value({ shown }: { readonly shown: ShownKey | undefined }) {
  if (shown === undefined) return <span class="hint">has none</span>
  return (
    <>
      <code class="value">{shown.value}</code>
      <span class="origin">{`${shown.layer} ${shown.version ?? ''}`}</span>
    </>
  )
}
