/**
 * What AppConfig sends to an extension at AT_DEPLOYMENT_TICK, and what it takes as an answer.
 *
 * @module
 */
import { RolloutError } from '../errors.ts'

/** What a tick is about, read from its event. */
export interface TickEvent {
  readonly ApplicationId: string
  readonly EnvironmentId: string
  readonly ConfigurationProfileId: string
  readonly DeploymentNumber: number
  /** Of the extension's association. */
  readonly parameters: Readonly<Record<string, unknown>>
}

/** What AppConfig takes as an answer; anything else, an error or none in three seconds rolls back. */
export interface TickAnswer {
  readonly Directive: 'CONTINUE' | 'ROLL_BACK'
  /** At most 1024 characters. */
  readonly Description: string
}

const MOST_CHARACTERS = 1024

/**
 * Reads an event as far as a gate needs it. AWS does not document what a tick's event holds, but these members
 * are the same in its other events of deployments.
 *
 * @throws {RolloutError} `EVENT_INVALID` for what is no event of a deployment.
 */
export function readTickEvent(event: unknown): TickEvent {
  const { Application, Environment, ConfigurationProfile, DeploymentNumber, Parameters } = objectOf(event)
  return {
    ApplicationId: idOf('Application', Application),
    EnvironmentId: idOf('Environment', Environment),
    ConfigurationProfileId: idOf('ConfigurationProfile', ConfigurationProfile),
    DeploymentNumber: numberOf(DeploymentNumber),
    parameters: objectOf(Parameters),
  }
}

/** An answer whose description AppConfig takes: on one line, and not too long. */
export function answerOf(Directive: TickAnswer['Directive'], description: string): TickAnswer {
  const line = description.replaceAll(/\p{Cc}+/gu, ' ')
  return { Directive, Description: line.slice(0, MOST_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '') }
}

function idOf(member: string, value: unknown): string {
  const { Id } = objectOf(value)
  if (typeof Id === 'string' && Id !== '') return Id
  throw unlike(`no ${member}.Id`)
}

/** A number, or its digits. */
function numberOf(value: unknown): number {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  if (Number.isSafeInteger(number) && (number as number) > 0) return number as number
  throw unlike('no DeploymentNumber')
}

function unlike(what: string): RolloutError {
  return new RolloutError(
    'EVENT_INVALID',
    `tickHandler: the event has ${what}; associate the function with the action point AT_DEPLOYMENT_TICK of an extension.`,
  )
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
