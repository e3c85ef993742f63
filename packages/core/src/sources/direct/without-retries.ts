/**
 * An SDK client without retries.
 *
 * @module
 */

interface Stack {
  clone(): {
    add(
      middleware: <Args, Output>(next: (args: Args) => Promise<Output>) => (args: Args) => Promise<Output>,
      options: {
        readonly name: string
        readonly step: 'finalizeRequest'
        readonly priority: 'high'
        readonly override: true
      },
    ): void
  }
}

/** The same client without the SDK's retries; the given object is not changed. */
export function withoutRetries<Client extends { readonly middlewareStack: Stack }>(client: Client): Client {
  const middlewareStack = client.middlewareStack.clone()
  // The middleware is replaced, not removed: other middleware of the SDK is placed relative to it.
  middlewareStack.add((next) => (args) => askOnce(next, args), {
    name: 'retryMiddleware',
    step: 'finalizeRequest',
    priority: 'high',
    override: true,
  })
  return Object.create(client, { middlewareStack: { value: middlewareStack } })
}

/**
 * Calls once, and a second time if AWS refused the signature for its time: the SDK has learned the clock skew
 * from the refusal, and signs with the right time from then on. A refused call spends no token.
 */
async function askOnce<Args, Output>(next: (args: Args) => Promise<Output>, args: Args): Promise<Output> {
  try {
    return await next(args)
  } catch (error) {
    const { $metadata } = error as { readonly $metadata?: { readonly clockSkewCorrected?: boolean } }
    if ($metadata?.clockSkewCorrected !== true) throw error
    return next(args)
  }
}
