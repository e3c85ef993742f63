/**
 * Lists in pages, by `MaxResults` and `NextToken`.
 *
 * A token names the last item the caller has seen, so a list that grows meanwhile neither repeats
 * nor skips. AppConfig's tokens are opaque; so are ours to a client.
 *
 * @module
 */
import { badRequest } from '../errors.ts'
import { type Members, optionalNumber, optionalText } from './members.ts'

const MOST_PER_PAGE = 50

/** The answer of a List operation. */
export interface Page<T> {
  readonly Items: readonly T[]
  readonly NextToken?: string
}

/** The page of `items` that the request asks for; `keyOf` must be unique among them. */
export function page<T>(items: readonly T[], members: Members, keyOf: (item: T) => string): Page<T> {
  const size = optionalNumber(members, 'MaxResults', { min: 1, max: MOST_PER_PAGE }) ?? MOST_PER_PAGE
  const token = optionalText(members, 'NextToken', { min: 1, max: 2048 })
  const from = token === undefined ? 0 : positionAfter(items, token, keyOf)
  const Items = items.slice(from, from + size)
  const last = Items.at(-1)
  if (last === undefined || from + size >= items.length) return { Items }
  return { Items, NextToken: Buffer.from(keyOf(last)).toString('base64url') }
}

function positionAfter<T>(items: readonly T[], token: string, keyOf: (item: T) => string): number {
  const key = Buffer.from(token, 'base64url').toString()
  const position = items.findIndex((item) => keyOf(item) === key)
  if (position < 0) throw badRequest('NextToken is not a token of this list; start again without it.')
  return position + 1
}
