/**
 * Who gets what: one tenant, or two side by side.
 *
 * @module
 */
import { useEffect, useState } from 'preact/hooks'
import type { Comparison, State, Subject } from '../wire.ts'
import { askExplain, askLoad, sentenceOf } from './ask.ts'
import { ExplainedTenants } from './explained-tenants.tsx'
import { PairError } from './read-pairs.ts'
import { EMPTY, SubjectFields, subjectOf, type Typed } from './subject-fields.tsx'

interface Props {
  readonly state: State | undefined
  readonly documentsChanged: number
}

/** What was asked, and the answer. */
interface Answer {
  readonly subjects: readonly Subject[]
  readonly comparison: Comparison
}

export function WhoGetsWhat({ state, documentsChanged }: Props) {
  const [typed, setTyped] = useState<readonly Typed[]>([EMPTY])
  const [answer, setAnswer] = useState<Answer>()
  const [problem, setProblem] = useState<string>()

  async function explain(subjects: readonly Subject[]): Promise<void> {
    try {
      setAnswer({ subjects, comparison: await askExplain(subjects) })
      setProblem(undefined)
    } catch (error) {
      setProblem(sentenceOf(error))
    }
  }

  async function load(subjects: readonly Subject[], subject: Subject): Promise<void> {
    try {
      await askLoad(subject)
    } catch (error) {
      setProblem(sentenceOf(error))
      return
    }
    await explain(subjects)
  }

  function submit(event: Event): void {
    event.preventDefault()
    try {
      void explain(typed.map(subjectOf))
    } catch (error) {
      if (!(error instanceof PairError)) throw error
      setProblem(error.message)
    }
  }

  // A changed document may change what is shown: it is asked for again as it was asked.
  useEffect(() => {
    if (answer) void explain(answer.subjects)
  }, [documentsChanged])

  const isPair = typed.length === 2
  return (
    <section aria-labelledby="who" class="who">
      <h2 id="who">Who gets what</h2>
      <form onSubmit={submit}>
        <div class={isPair ? 'pair' : ''}>
          {typed.map((each, at) => (
            <SubjectFields
              key={at}
              legend={isPair ? (at === 0 ? 'Tenant A' : 'Tenant B') : 'Tenant'}
              typed={each}
              onType={(now) => setTyped(typed.map((before, place) => (place === at ? now : before)))}
            />
          ))}
        </div>
        <div class="buttons">
          <button type="submit" class="main">
            {isPair ? 'Compare' : 'Explain'}
          </button>
          <button
            type="button"
            onClick={() => {
              setTyped(isPair ? typed.slice(0, 1) : [...typed, typed[0] ?? EMPTY])
              setAnswer(undefined)
            }}
          >
            {isPair ? 'One tenant only' : 'Compare with another'}
          </button>
        </div>
      </form>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {answer === undefined && (
        <p class="hint">
          Type a tenant as your application sees it, or nothing for a request without one. Looking loads
          nothing.
        </p>
      )}
      {answer && state && (
        <ExplainedTenants
          comparison={answer.comparison}
          showsValues={state.values}
          onLoad={
            state.loadTenants ? (at) => void load(answer.subjects, answer.subjects[at] as Subject) : undefined
          }
        />
      )}
    </section>
  )
}
