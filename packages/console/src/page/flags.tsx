/**
 * Flags: on or off, which variant, and the rules that decided.
 *
 * @module
 */
import type { Explanation, ShownFlag, ShownRule } from '../wire.ts'
import { Badge } from './badge.tsx'

interface Props {
  readonly explanations: readonly Explanation[]
  readonly names: readonly string[]
  readonly differing: readonly string[]
  /** Whether what is the same for both is left out. */
  readonly hides: boolean
}

export function Flags({ explanations, names, differing, hides }: Props) {
  const all = [...new Set(explanations.flatMap(({ flags }) => flags.map(({ key }) => key)))]
  const keys = hides ? all.filter((key) => differing.includes(key)) : all
  if (all.length === 0) return null
  return (
    <>
      <h3>Flags</h3>
      {keys.length === 0 && <p class="hint">None differs.</p>}
      <ul class="flags">
        {keys.map((key) => (
          <li key={key} class={differing.includes(key) ? 'card differs' : 'card'}>
            <div class="head">
              <h4>{key}</h4>
              {differing.includes(key) && <span class="badge mark">differs</span>}
            </div>
            <div class={explanations.length === 2 ? 'pair' : ''}>
              {explanations.map(({ flags }, at) => (
                <FlagOf
                  key={at}
                  name={explanations.length === 2 ? names[at] : undefined}
                  flag={flags.find((flag) => flag.key === key)}
                />
              ))}
            </div>
          </li>
        ))}
      </ul>
    </>
  )
}

interface FlagProps {
  readonly name: string | undefined
  readonly flag: ShownFlag | undefined
}

function FlagOf({ name, flag }: FlagProps) {
  return (
    <div>
      <p class="decided">
        {name && <span class="tenant">{name}</span>}
        {flag === undefined && <span class="hint">has none</span>}
        {flag && <Badge state={flag.enabled ? 'on' : 'off'} />}
        {flag?.variant !== undefined && <span class="variant">{flag.variant}</span>}
        {flag && <span class="origin">{`${flag.layer} ${flag.version ?? ''}`}</span>}
      </p>
      {flag?.note && <p class="hint">{flag.note}</p>}
      {flag && flag.variants.length > 0 && (
        <ul class="variants">
          {flag.variants.map((variant) => (
            <li key={variant.name} class={variant.chosen ? 'chosen' : ''}>
              <Mark truth={variant.chosen} yes="chosen" no="not chosen" />
              <span>
                <strong>{variant.name}</strong> {variant.reason}
              </span>
              {variant.rule && (
                <ul class="rule">
                  <Rule rule={variant.rule} />
                </ul>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Rule({ rule: { text, truth, because, parts } }: { readonly rule: ShownRule }) {
  return (
    <li>
      <Mark truth={truth} yes="holds" no="does not hold" />
      <span>
        <code>{text}</code>
        {because && <span class="because"> {because}</span>}
      </span>
      {parts.length > 0 && (
        <ul class="rule">
          {parts.map((part, at) => (
            <Rule key={at} rule={part} />
          ))}
        </ul>
      )}
    </li>
  )
}

interface MarkProps {
  readonly truth: boolean | null
  readonly yes: string
  readonly no: string
}

/** A tick or a cross for the eye, words for the ear. */
function Mark({ truth, yes, no }: MarkProps) {
  const [sign, word, kind] =
    truth === null ? ['?', 'cannot be known', 'unknown'] : truth ? ['✓', yes, 'yes'] : ['✗', no, 'no']
  return (
    <span class={`mark ${kind}`}>
      <span aria-hidden="true">{sign}</span>
      <span class="unseen">{word}:</span>
    </span>
  )
}
