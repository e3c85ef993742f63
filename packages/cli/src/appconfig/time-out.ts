/**
 * A time-out for every request to AppConfig, and a message about long waits.
 *
 * The AWS SDK waits for as long as the socket is open. A request that has timed out is not retried: the user
 * has waited long enough, and a request that starts something must not be sent twice.
 *
 * @module
 */
import type { AppConfigClient } from '@aws-sdk/client-appconfig'
import { CliError } from '../failure.ts'

/** After this time a user at a terminal is told what the command waits for. */
const PATIENCE_MS = 3000

/** How long a request may take, and how the wait is reported. */
export interface TimeOutOptions {
  readonly seconds: number
  /** Where the requests go, for messages; AWS without one. */
  readonly endpoint: string | undefined
  /** Called when a request takes longer than usual. */
  readonly onWaiting: ((message: string) => void) | undefined
}

/** Gives every request of a client a time-out. `client.destroy()` ends the ones that were given up. */
export function addTimeOut(client: AppConfigClient, options: TimeOutOptions): void {
  const { seconds, endpoint, onWaiting } = options
  const where = endpoint ?? 'AWS'
  client.middlewareStack.add(
    (next, { commandName = 'Command' }) =>
      async (args) => {
        const operation = commandName.replace(/Command$/, '')
        const answer = next(args)
        // After a time-out, it fails when the client is destroyed.
        answer.catch(() => {})
        const timers: NodeJS.Timeout[] = []
        const givenUp = new Promise<never>((_, reject) => {
          timers.push(setTimeout(() => reject(notAnswered(operation, where, seconds)), seconds * 1000))
          if (onWaiting === undefined) return
          const message = `Waiting for ${where} to answer ${operation}, ${seconds} s at most.`
          timers.push(setTimeout(() => onWaiting(message), PATIENCE_MS))
        })
        try {
          return await Promise.race([answer, givenUp])
        } finally {
          for (const timer of timers) clearTimeout(timer)
        }
      },
    // Within the SDK's retries, and around the reading of the body.
    { step: 'deserialize', name: 'timeOut', priority: 'high' },
  )
}

function notAnswered(operation: string, where: string, seconds: number): CliError {
  return new CliError(
    'unavailable',
    `${where} did not answer ${operation} within ${seconds} s. Check --endpoint and the network, or give it longer by --timeout.`,
  )
}
