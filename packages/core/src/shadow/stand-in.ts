/**
 * A second object for a request, for handlers whose answer nobody gets.
 *
 * @module
 */
import { shareDecision } from '../requests/decisions.ts'

/**
 * A copy of what a request holds now, with the same configuration. What is put on one of them later is not on the other.
 *
 * It does not inherit from the request: an engine handles objects that others inherit from slowly, and so would it the
 * request that is answered.
 */
export function standInFor<Request extends object>(request: Request): Request {
  const copy: Request = Object.create(
    Object.getPrototypeOf(request),
    Object.getOwnPropertyDescriptors(request),
  )
  shareDecision(request, copy)
  return copy
}
