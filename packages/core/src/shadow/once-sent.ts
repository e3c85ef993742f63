/**
 * What is done with an answer once the client has it.
 *
 * @module
 */
import type { ResponseLike } from '../requests/count-request.ts'

/**
 * Asks for an answer once its response is closed.
 *
 * @param answer not called where the client did not get the response whole. What it throws rejects the promise, and no
 * listener of the response.
 * @returns undefined where it was not called.
 */
export async function onceSent<Answer>(
  response: Pick<ResponseLike, 'writableFinished' | 'on'>,
  answer: () => Answer | Promise<Answer>,
): Promise<Answer | undefined> {
  await new Promise<void>((resolve) => response.on('close', resolve))
  return response.writableFinished ? answer() : undefined
}
