/**
 * The data plane's two operations on the wire.
 *
 * @module
 */
import {
  type Configuration,
  getLatestConfiguration,
  startConfigurationSession,
} from '../data-plane/sessions.ts'
import { type Operation, type Reply, toHeader } from './operation.ts'

/** The operations of the data plane. Source: the appconfigdata API model (2021-11-11). */
export const DATA_PLANE: readonly Operation[] = [
  {
    name: 'StartConfigurationSession',
    method: 'POST',
    path: '/configurationsessions',
    body: 'json',
    run: (state, members) => ({ status: 201, json: startConfigurationSession(state, members) }),
  },
  {
    name: 'GetLatestConfiguration',
    method: 'GET',
    path: '/configuration',
    query: { ConfigurationToken: 'configuration_token' },
    run: (state, members, how) => replyOf(getLatestConfiguration(state, members, how)),
  },
]

function replyOf({ nextToken, nextPollIntervalSeconds, contentType, content }: Configuration): Reply {
  return {
    status: 200,
    headers: {
      'Next-Poll-Configuration-Token': nextToken,
      'Next-Poll-Interval-In-Seconds': String(nextPollIntervalSeconds),
      'Content-Type': toHeader(contentType),
      'Version-Label': content?.versionLabel === undefined ? undefined : toHeader(content.versionLabel),
    },
    content: content?.body ?? new Uint8Array(),
  }
}
