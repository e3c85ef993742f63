/**
 * The sources of a stage: one for the document under test, whose lines may break, and one for the other. What
 * is asked of the first is watched.
 *
 * @module
 */
import {
  agent,
  type DocumentId,
  direct,
  type Session,
  type SessionOptions,
  type Source,
} from '@appconfig-kit/core'
import type { LocalAppConfig } from '@appconfig-kit/local'
import { AppConfigClient as ControlPlane } from '@aws-sdk/client-appconfig'
import { sdkClient } from '../world.ts'
import type { Line } from './line.ts'
import { OPERATIONS, type Operation } from './operations.ts'

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

/** Notes a call, with its token if it has one, and that it is under way. */
export type Watch = <T>(operation: string, token: string | undefined, work: () => Promise<T>) => Promise<T>

/** What the sources speak to. */
export interface Ends {
  readonly dataLine: Line
  readonly controlLine: Line
  readonly local: LocalAppConfig
  readonly watch: Watch
}

/** A source for the document under test, whose lines may break, and one for the other. */
export function sourcesOf(
  {
    operation,
    requestTimeoutMs,
  }: { readonly operation: Operation; readonly requestTimeoutMs: number | undefined },
  { dataLine, controlLine, local, watch }: Ends,
): { readonly underTest: Source; readonly healthy: Source; end(): void } {
  const { source: kind } = OPERATIONS[operation]
  const more = requestTimeoutMs === undefined ? {} : { requestTimeoutMs }
  if (kind === 'agent' || kind === 'agent that evaluates') {
    const evaluate = kind === 'agent that evaluates' ? ({ evaluate: 'agent' } as const) : {}
    return {
      underTest: agent({ baseUrl: dataLine.url, ...evaluate, ...more }),
      healthy: agent({ baseUrl: local.agentUrl, ...evaluate }),
      end() {},
    }
  }
  const data = sdkClient(dataLine.url)
  const control = new ControlPlane({ endpoint: controlLine.url, region: 'us-east-1', credentials })
  const good = sdkClient(local.url)
  for (const client of [data, control])
    (client as typeof data).middlewareStack.add(
      (next, { commandName = '' }) =>
        (args) =>
          watch(
            commandName.replace('Command', ''),
            (args.input as { ConfigurationToken?: string }).ConfigurationToken,
            () => next(args),
          ),
      // After the place of the SDK's retries, so that each attempt is seen.
      { step: 'finalizeRequest', priority: 'low' },
    )
  const rules =
    kind === 'direct with rules'
      ? ({ variants: 'by-version-label', controlPlaneClient: control, variantsSpreadSeconds: 0 } as const)
      : {}
  return {
    underTest: direct({ client: data, ...rules, ...more }),
    healthy: direct({ client: good }),
    end() {
      for (const client of [data, control, good]) client.destroy()
    },
  }
}

/** One source of two: the document under test has its own. Calls of the Agent are watched here. */
export function routed(healthy: Source, underTest: Source, profile: string, watch: Watch): Source {
  const of = (document: DocumentId): Source => (document.profile === profile ? underTest : healthy)
  const isAgent = underTest.name === 'agent'
  return {
    name: underTest.name,
    open(document: DocumentId, options: SessionOptions): Session {
      const session = of(document).open(document, options)
      const isWatched = isAgent && document.profile === profile
      return {
        poll: (signal) =>
          watch(isWatched ? 'Agent.GetConfiguration' : UNWATCHED, undefined, () => session.poll(signal)),
        close: () => session.close?.(),
      }
    },
    ...(underTest.evaluate && {
      evaluate: (...args: Parameters<NonNullable<Source['evaluate']>>) =>
        watch('Agent.GetFlags', undefined, () =>
          (of(args[0]).evaluate as NonNullable<Source['evaluate']>)(...args),
        ),
    }),
  }
}

/** A poll, seen from outside: of the direct source its calls are watched too. */
export const UNWATCHED = 'poll'
