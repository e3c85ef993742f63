/**
 * A time-out for every request to AppConfig, and a word about what is being waited for.
 *
 * The AWS SDK waits for as long as the socket is open. What is given up here is not tried again: who
 * waited once for so long is told, and a request that starts something is not sent twice.
 *
 * @module
 */
import type { AppConfigClient } from '@aws-sdk/client-appconfig'
import { CliError } from '../failure.ts'

/** After how long a person at a terminal is told what is being waited for. */
const PATIENCE_MS = 3000

/** How long a request may take, and how the wait is reported. */
export interface TimeOutOptions {
  readonly seconds: number
  /** Where the requests go, for messages; AWS without one. */
  readonly endpoint: string | undefined
  /** Told once a request is waited for longer than usual. */
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
        // Given up below, it fails when the client is destroyed.
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
