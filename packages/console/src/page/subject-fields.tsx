/**
 * The fields of a tenant and a context.
 *
 * @module
 */
import { useId } from 'preact/hooks'
import type { Subject } from '../wire.ts'
import { readPairs } from './read-pairs.ts'

/** What is typed, as it is typed. */
export interface Typed {
  readonly id: string
  readonly tier: string
  readonly cell: string
  readonly attributes: string
  readonly context: string
}

export const EMPTY: Typed = { id: '', tier: '', cell: '', attributes: '', context: '' }

/** @throws {PairError} */
export function subjectOf({ id, tier, cell, attributes, context }: Typed): Subject {
  const members = readPairs(attributes)
  const tenant = {
    id: id.trim(),
    ...(tier.trim() !== '' && { tier: tier.trim() }),
    ...(cell.trim() !== '' && { cell: cell.trim() }),
    ...(Object.keys(members).length > 0 && { attributes: members }),
  }
  return { tenant: tenant.id === '' ? null : tenant, context: readPairs(context) }
}

interface Props {
  readonly legend: string
  readonly typed: Typed
  readonly onType: (typed: Typed) => void
}

export function SubjectFields({ legend, typed, onType }: Props) {
  const field = (name: keyof Typed, label: string, hint: string) => (
    <Field
      label={label}
      hint={hint}
      value={typed[name]}
      isLong={name === 'attributes' || name === 'context'}
      onType={(value) => onType({ ...typed, [name]: value })}
    />
  )
  const hasMore = typed.attributes !== '' || typed.context !== ''
  return (
    <fieldset>
      <legend>{legend}</legend>
      <div class="fields">
        {field('id', 'Id', 'tenant-01')}
        {field('tier', 'Tier', 'pro')}
        {field('cell', 'Cell', 'prod-01')}
      </div>
      <details open={hasMore}>
        <summary>Attributes and context</summary>
        <div class="fields">
          {field('attributes', 'Attributes of the tenant', 'plan=gold')}
          {field('context', 'Context of the request', 'country=DE')}
        </div>
      </details>
    </fieldset>
  )
}

interface FieldProps {
  readonly label: string
  readonly hint: string
  readonly value: string
  readonly isLong: boolean
  readonly onType: (value: string) => void
}

function Field({ label, hint, value, isLong, onType }: FieldProps) {
  const id = useId()
  const shared = { id, value, autocomplete: 'off', spellcheck: false, autocapitalize: 'off' } as const
  return (
    <div class="field">
      <label for={id}>
        {label} <span class="hint">{isLong ? `such as ${hint}, one a line` : `such as ${hint}`}</span>
      </label>
      {isLong ? (
        <textarea {...shared} rows={2} onInput={(event) => onType(event.currentTarget.value)} />
      ) : (
        <input {...shared} type="text" onInput={(event) => onType(event.currentTarget.value)} />
      )}
    </div>
  )
}
