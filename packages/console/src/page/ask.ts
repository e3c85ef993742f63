/**
 * Asking the server. All paths are relative: the page does not know where it is mounted.
 *
 * @module
 */
import type { Comparison, DeploymentAction, Refusal, State, Subject } from '../wire.ts'

/** The server said no, and why. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}

export function askState(): Promise<State> {
  return ask('./state')
}

export function askExplain(subjects: readonly Subject[]): Promise<Comparison> {
  return ask('./explain', { subjects })
}

export function askLoad(subject: Subject): Promise<unknown> {
  return ask('./load', subject)
}

export function askAct(id: string, action: DeploymentAction): Promise<unknown> {
  return ask('./deployments', { id, action })
}

async function ask<Answer>(path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(path, {
    cache: 'no-store',
    ...(body !== undefined && {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-AppConfig-Console': '1' },
      body: JSON.stringify(body),
    }),
  })
  if (response.status === 403) throw new RefusedError('You are not allowed to see this, or no longer.')
  const answer = (await response.json().catch(() => ({}))) as Answer
  if (response.ok) return answer
  const { message = `The server answered ${response.status}.` } = answer as Partial<Refusal>
  throw new RefusedError(message)
}

/** A failure as a sentence. */
export function sentenceOf(error: unknown): string {
  return error instanceof RefusedError ? error.message : 'The server could not be reached.'
}
