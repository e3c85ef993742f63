/**
 * Requests for unit tests of handlers, without a server.
 *
 * @module
 */
import { notesOf } from '../config-notes.ts'
import { attachConfig } from '../requests/attach-config.ts'
import { decisionOf } from '../requests/decisions.ts'
import type { RequestLike } from '../requests/tenant-resolvers.ts'
import type { RegisteredConfig } from '../types.ts'
import type { Seen } from '../views/seen.ts'
import { isTestConfig, type TestConfig, testConfig } from './test-config.ts'
import type { TestValues } from './values.ts'

/** What {@link requestWith} makes. */
export interface RequestWithConfig extends RequestLike {
  readonly config: RegisteredConfig
}

/**
 * Makes a request that has a configuration, as the middleware would leave it: `GET /` without headers, for
 * `flagged(…)` and other handlers that are called by a unit test.
 *
 * @param config the configuration, what `current()` of one gave, or values for one.
 * @param fields further properties of the request, or others in place of these.
 */
export function requestWith<Fields extends object = object>(
  config: TestConfig | RegisteredConfig | TestValues,
  fields?: Fields,
): RequestWithConfig & Fields {
  const { seen, client } = seenIn(config)
  const request = { method: 'GET', url: '/', headers: {}, ...fields }
  decisionOf(request, client).seen = seen
  attachConfig(request, seen)
  return request as unknown as RequestWithConfig & Fields
}

function seenIn(config: object): { readonly seen: Seen; readonly client: object } {
  if (isTestConfig(config)) return { seen: config.current() as Seen, client: config.client }
  if (notesOf(config)) return { seen: config as Seen, client: config }
  return seenIn(testConfig(config))
}
