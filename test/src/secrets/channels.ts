/**
 * All ways by which something gets out of a client, and a printer that shows all of it.
 *
 * @module
 */
import { inspect } from 'node:util'
import type { AppConfigClient } from '@appconfig-kit/core'
import type { Recorded } from '../world.ts'
import type { SECRETS } from './markers.ts'

/** What was collected of one client while it met something bad. */
export interface Told {
  readonly client: AppConfigClient
  readonly tenant: string
  readonly events: Recorded
  /** What `start` and `resolve` were rejected with. */
  readonly thrown: readonly unknown[]
  readonly logged: readonly string[]
  readonly warnings: readonly Error[]
  /** What was written to stdout and stderr. */
  readonly written: readonly string[]
  /** Bodies and headers that clients of the API got. */
  readonly answers: readonly string[]
}

/** A channel, what it has told, and the markers that it may: see docs/security.md. */
type Channel = readonly [
  name: string,
  told: (told: Told) => unknown,
  allowed?: readonly (keyof typeof SECRETS)[],
]

/** Add a channel here: one line. */
export const CHANNELS: readonly Channel[] = [
  ['events', ({ events }) => Object.values(events).flat().map(withoutTenantFields)],
  ['errors', ({ thrown }) => thrown],
  ['health()', ({ client }) => client.health()],
  // Of the tenant that was asked for, the inspection names the section.
  ['inspect()', ({ client, tenant }) => client.inspect(tenant), ['tenant']],
  ['logger', ({ logged }) => logged],
  ['warnings of the process', ({ warnings }) => warnings],
  ['stdout and stderr', ({ written }) => written],
  ['answers to clients', ({ answers }) => answers],
]

/** The fields that say which tenant an event is about, for the application's own use. */
function withoutTenantFields(event: object): object {
  const { tenant: _, document, ...rest } = event as { tenant?: string; document: { entity?: string } }
  const { entity: __, ...names } = document
  return { ...rest, document: names }
}

const EVERYTHING = {
  depth: Number.POSITIVE_INFINITY,
  showHidden: true,
  getters: true,
  maxStringLength: Number.POSITIVE_INFINITY,
  maxArrayLength: Number.POSITIVE_INFINITY,
} as const

/** All that can be read of a value: as it is inspected, as JSON, and the texts of all errors in it. */
export function printed(value: unknown): string {
  return [inspect(value, EVERYTHING), asJson(value), ...errorsIn(value).map(textOf)].join('\n')
}

function asJson(value: unknown): string {
  const seen = new WeakSet<object>()
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null) return part
    if (seen.has(part)) return '[seen]'
    seen.add(part)
    return part
  })
}

function errorsIn(value: unknown): Error[] {
  if (typeof value !== 'object' || value === null) return []
  if (!(value instanceof Error)) return Object.values(value).flatMap(errorsIn)
  return [value, ...errorsIn(value.cause)]
}

function textOf(error: Error): string {
  const { problem } = error as { problem?: unknown }
  return [String(error), error.stack, problem, inspect(error)].join('\n')
}
