/**
 * An SDK client that asks once.
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

/** The same client without the SDK's retries; the user's own object is left as it is. */
export function withoutRetries<Client extends { readonly middlewareStack: Stack }>(client: Client): Client {
  const middlewareStack = client.middlewareStack.clone()
  // In its place, not away: other middleware of the SDK is placed beside it.
  middlewareStack.add((next) => (args) => askOnce(next, args), {
    name: 'retryMiddleware',
    step: 'finalizeRequest',
    priority: 'high',
    override: true,
  })
  return Object.create(client, { middlewareStack: { value: middlewareStack } })
}

/**
 * Asks once, and a second time where AWS refused the signature for its time: from the refusal the SDK has learned
 * how wrong this machine's clock is, and signs by the right time from then on. A refused call spends no token.
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
