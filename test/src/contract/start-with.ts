/**
 * The contract's routes over a client, where nothing else of the application matters.
 *
 * @module
 */
import type { AppConfigClient } from '@appconfig-kit/core'
import type { AdapterUnderTest, RunningServer } from './describe-adapter.ts'

/** The tenant is the id in the header `x-tenant`, if there is one. */
export function startWith(start: AdapterUnderTest['start'], client: AppConfigClient): Promise<RunningServer> {
  return start({
    options: {
      client,
      tenant: ({ headers }) => (headers['x-tenant'] as string | undefined) ?? null,
      skip: () => false,
    },
    midRequest: async () => {},
    onError: () => {},
  })
}
