/**
 * An SDK client that asks once.
 *
 * @module
 */

interface Stack {
  clone(): {
    add(
      middleware: <Args, Output>(next: (args: Args) => Output) => (args: Args) => Output,
      options: {
        readonly name: string
        readonly step: 'finalizeRequest'
        readonly priority: 'high'
        readonly override: true
      },
    ): void
  }
}

/** The same client, less the SDK's retrying; the user's own object is left as it is. */
export function withoutRetries<Client extends { readonly middlewareStack: Stack }>(client: Client): Client {
  const middlewareStack = client.middlewareStack.clone()
  // In its place, not away: other middleware of the SDK is placed beside it.
  middlewareStack.add((next) => (args) => next(args), {
    name: 'retryMiddleware',
    step: 'finalizeRequest',
    priority: 'high',
    override: true,
  })
  return Object.create(client, { middlewareStack: { value: middlewareStack } })
}
