/**
 * What resolvers get of a request.
 *
 * @module
 */
import type { RequestLike } from '@appconfig-kit/core'
import type { Context } from 'hono'

/** A request as the ready-made resolvers read it, and Hono's context for those of your own. */
export class AskedRequest implements RequestLike {
  /** Hono's context: `tenant: ({ c }) => c.get('user').tenant`. */
  readonly c: Context

  constructor(c: Context) {
    this.c = c
  }

  get method(): string {
    return this.c.req.method
  }

  get headers(): RequestLike['headers'] {
    return this.c.req.header()
  }

  /** The path and the query. */
  get url(): string {
    const { pathname, search } = new URL(this.c.req.url)
    return pathname + search
  }
}
