/**
 * A record of the calls that arrived, for assertions of tests.
 *
 * A call is recorded when it arrives; its `status` follows when it is answered, and stays absent where a
 * fault dropped it or left it hanging.
 *
 * @module
 */

/** The names of what a call is about, as far as they are known. */
export interface Target {
  readonly application?: string | undefined
  readonly environment?: string | undefined
  readonly profile?: string | undefined
}

/** One call that arrived at the local AppConfig. */
export interface Call {
  /**
   * AWS's name of the operation, such as `GetLatestConfiguration`; at the Agent's endpoint
   * `Agent.GetConfiguration` and `Agent.Ping`; `Unknown` where no operation was meant.
   */
  readonly operation: string
  readonly method: string
  readonly path: string
  /** As it was sent, without the `?`. */
  readonly rawQuery: string
  /** By lower-case name; repeated ones joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly target: Target
  /** When it arrived, in milliseconds since the epoch, on the local AppConfig's clock. */
  readonly atMs: number
  /** The HTTP status of the answer; absent until then. */
  readonly status?: number
}

/** The calls in the order of their arrival, the newest 10,000. */
export interface Calls extends ReadonlyArray<Call> {
  /** The calls of one operation. */
  of(operation: string): Call[]
  /** Forgets all of them. */
  clear(): void
  /**
   * The next call of an operation that is answered, dropped or left hanging from now on. It waits for ever if
   * none comes, but does not keep the process alive.
   */
  next(operation: string): Promise<Call>
}

/** The side of the record that is written. */
export interface CallRecorder {
  readonly calls: Calls
  arrived(call: Call): (status: number | undefined) => void
}

const MOST_CALLS = 10_000

/** Makes an empty record. */
export function createCallRecorder(): CallRecorder {
  const records: Call[] = []
  const waiting: { readonly operation: string; readonly resolve: (call: Call) => void }[] = []

  const methods = {
    of: (operation: string): Call[] => records.filter((call) => call.operation === operation),
    clear: (): void => void records.splice(0),
    next: (operation: string): Promise<Call> =>
      new Promise((resolve) => {
        waiting.push({ operation, resolve })
      }),
  }
  // Not enumerable, so that the record still compares equal to a plain array.
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(records, name, { value })

  return {
    calls: records as unknown as Calls,
    arrived(call) {
      const record: { -readonly [K in keyof Call]: Call[K] } = { ...call }
      records.push(record)
      if (records.length > MOST_CALLS) records.shift()
      return function decided(status) {
        if (status !== undefined) record.status = status
        const mine = waiting.filter(({ operation }) => operation === record.operation)
        for (const waiter of mine) {
          waiting.splice(waiting.indexOf(waiter), 1)
          waiter.resolve(record)
        }
      }
    },
  }
}
