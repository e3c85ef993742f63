/**
 * Ids and ARNs in the shapes AppConfig gives them.
 *
 * @module
 */
import { randomInt } from 'node:crypto'

/** What ids are made of. */
export const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'
/** How long ids are. */
export const ID_LENGTH = 7

/** A new id, `[a-z0-9]{7}`, that `isTaken` does not know yet. */
export function newId(isTaken: (id: string) => boolean): string {
  for (;;) {
    const id = Array.from({ length: ID_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('')
    if (!isTaken(id)) return id
  }
}

/** The region and account of the resources: the middle of every ARN. */
export interface Account {
  readonly region: string
  readonly accountId: string
}

/** The ARN of what `path` names, such as `application/abc1234/environment/def5678`. */
export function arnOf({ region, accountId }: Account, path: string): string {
  return `arn:aws:appconfig:${region}:${accountId}:${path}`
}
