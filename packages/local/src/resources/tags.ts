/**
 * Tags, kept by ARN.
 *
 * @module
 */
import { badRequest, notFound } from '../errors.ts'
import type { State } from '../store/state.ts'
import { arnOf } from './ids.ts'
import { type Members, text, textMap } from './members.ts'

const MOST_TAGS = 50

type Tags = Readonly<Record<string, string>>

/** ListTagsForResource. @throws {AppConfigServiceError} `ResourceNotFoundException` for an unknown ARN. */
export function listTags(state: State, members: Members): { Tags: Tags } {
  return { Tags: tagsOf(state, text(members, 'ResourceArn')) }
}

/** TagResource: adds tags to those there are; one of the same key is replaced. */
export function tagResource(state: State, members: Members): void {
  const arn = text(members, 'ResourceArn')
  const tags = textMap(members, 'Tags')
  if (tags === undefined) throw badRequest('Tags is required.')
  state.tags.put(arn, checked({ ...tagsOf(state, arn), ...tags }))
}

/** `TagKeys` is a list of keys; a key that is not there is no error. */
export function untagResource(state: State, members: Members): void {
  const arn = text(members, 'ResourceArn')
  const keys = members['TagKeys']
  if (!Array.isArray(keys) || keys.length === 0) throw badRequest('TagKeys is required.')
  const rest = Object.entries(tagsOf(state, arn)).filter(([key]) => !keys.includes(key))
  state.tags.put(arn, Object.fromEntries(rest))
}

/** Keeps the tags a Create operation was given; this is also what makes the resource known to tagging. */
export function tagNew(state: State, path: string, members: Members): void {
  state.tags.put(arnOf(state.settings, path), checked(textMap(members, 'Tags') ?? {}))
}

/** Forgets a deleted resource. */
export function forgetTags(state: State, path: string): void {
  state.tags.remove(arnOf(state.settings, path))
}

function tagsOf(state: State, arn: string): Tags {
  const tags = state.tags.get(arn)
  if (tags === undefined) throw notFound('Resource', arn)
  return tags
}

function checked(tags: Tags): Tags {
  const entries = Object.entries(tags)
  if (entries.length > MOST_TAGS) throw badRequest(`A resource may have ${MOST_TAGS} tags at most.`)
  for (const [key, value] of entries) {
    if (key.length < 1 || key.length > 128) throw badRequest('A tag key must be 1 to 128 characters long.')
    if (/^aws:/i.test(key)) throw badRequest(`Tag key ${key} is reserved: aws: belongs to AWS.`)
    if (value.length > 256) throw badRequest(`The value of tag ${key} must be 256 characters at most.`)
  }
  return tags
}
