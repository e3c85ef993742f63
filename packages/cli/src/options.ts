/**
 * Options that commands share, and how values of options are read.
 *
 * @module
 */
import { type Command, InvalidArgumentError } from 'commander'

/** Where AppConfig is, and how to answer. */
export interface ConnectionOptions {
  readonly endpoint?: string
  readonly region?: string
  /** In seconds. */
  readonly timeout?: number
  readonly json?: true
}

/** Which environment a command is about. */
export interface PlaceOptions {
  readonly application: string
  readonly environment: string
}

/** `--application --environment`, by name or id. */
export function addPlaceOptions(command: Command): Command {
  return command
    .requiredOption('-a, --application <name>', 'the application, by name or id')
    .requiredOption('-e, --environment <name>', 'the environment, by name or id')
}

/** A Lambda validator may take 15 seconds, and there may be two. */
export const DEFAULT_TIMEOUT_SECONDS = 40

/** `--endpoint --region --timeout --json`. */
export function addConnectionOptions(command: Command): Command {
  return command
    .option('--endpoint <url>', 'an AppConfig other than AWS, such as the one of `dev`', readUrl)
    .option('--region <name>', 'the AWS region (default: as the AWS SDK finds it)')
    .option('--timeout <seconds>', 'how long to wait for each answer', readPositive, DEFAULT_TIMEOUT_SECONDS)
    .option('--json', 'print JSON, one object a line')
}

/** Reads `http://…` and `https://…`. */
export function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new InvalidArgumentError('It takes a URL such as http://127.0.0.1:4100.')
  }
  return text
}

/** Reads a whole number between `least` and `most`. */
export function readWhole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`)
    }
    return value
  }
}

/** Reads a number greater than 0. */
export function readPositive(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('It takes a number greater than 0.')
  }
  return value
}

/** Reads a deployment's number. */
export const readDeploymentNumber: (text: string) => number = readWhole(1, 2 ** 31 - 1)
