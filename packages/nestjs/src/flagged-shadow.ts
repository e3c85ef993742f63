/**
 * The other method of `@Flagged`, run beside the one that answers.
 *
 * @module
 */
import type { ServerResponse } from 'node:http'
import type { ShadowAnswer } from '@appconfig-kit/core'
import { onceSent, type Shadowing, shadowAnswer } from '@appconfig-kit/core/adapter'
import type { ExecutionContext } from '@nestjs/common'
import type { NestRequest } from './app-config.options.ts'
import { rawRequest } from './subject.ts'

/**
 * Runs the other method beside the one that answers, if this request is in the sample.
 *
 * @param result what the answering method has returned.
 * @param given its arguments.
 */
export function runBeside(
  shadowing: Shadowing,
  host: ExecutionContext,
  isOn: boolean,
  result: unknown,
  given: readonly unknown[],
  other: () => unknown,
): void {
  const [request, response] = host.getArgs() as [NestRequest, { readonly raw?: ServerResponse }]
  // A method with the response among its arguments answers by itself.
  if (given.includes(response)) return
  const beside = shadowing.besideOf(rawRequest(request), request['method'] as string, isOn, () => undefined)
  if (beside === undefined) return
  const raw = response.raw ?? (response as ServerResponse)
  void beside.run(
    onceSent(raw, () => answerOf(result)),
    () => answerOf(other()),
  )
}

/** Nest chooses the status by the route, the same for both: only what they return differs. */
async function answerOf(result: unknown): Promise<ShadowAnswer | undefined> {
  const value = await result
  return isObservable(value) ? undefined : shadowAnswer(200, () => undefined, value)
}

function isObservable(value: unknown): boolean {
  return typeof (value as { readonly subscribe?: unknown } | null | undefined)?.subscribe === 'function'
}
