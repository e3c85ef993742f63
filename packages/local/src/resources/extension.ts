/**
 * Functions in place of the Lambda functions of extensions, for the action point AT_DEPLOYMENT_TICK.
 *
 * @module
 */
import { LocalAppConfigError } from '../errors.ts'
import { isObject } from './members.ts'

/**
 * What AppConfig tells an extension at a tick. AWS documents these members for its other action points of
 * deployments; that a tick has the same ones, and the last two, is reported and not documented.
 */
export interface TickEvent {
  readonly InvocationId: string
  readonly Type: 'AtDeploymentTick'
  /** Of the association. */
  readonly Parameters: Readonly<Record<string, string>>
  readonly Application: { readonly Id: string }
  readonly Environment: { readonly Id: string }
  readonly ConfigurationProfile: { readonly Id: string; readonly Name: string }
  readonly DeploymentNumber: number
  /** Of the deployment; empty where it has none. */
  readonly Description: string
  /** The version's number. */
  readonly ConfigurationVersion: string
  readonly DeploymentState: 'DEPLOYING' | 'BAKING'
  /** Such as `20.0`. */
  readonly PercentageComplete: string
}

/** What an extension answers at a tick. */
export interface TickAnswer {
  readonly Directive: 'CONTINUE' | 'ROLL_BACK'
  /** Of `ROLL_BACK`: it goes into the deployment's event log. */
  readonly Description?: string | undefined
}

/** An extension, and what it is associated with. */
export interface Extension {
  /** Unique. Its ids and ARNs are made of it, so they are the same in the next process. */
  readonly name: string
  readonly actionPoint: 'AT_DEPLOYMENT_TICK'
  /**
   * Stands in for the extension's Lambda function. A deployment is rolled back if it throws, answers anything
   * else than a {@link TickAnswer}, or does not answer in time.
   */
  readonly handler: (event: TickEvent) => TickAnswer | Promise<TickAnswer>
  /** Given to the handler with each event; at most 10. */
  readonly parameters?: Readonly<Record<string, string>> | undefined
  /**
   * By name or id; a deployment has to fit all that are given.
   *
   * @default every deployment
   */
  readonly associatedWith?:
    | {
        readonly application?: string | undefined
        readonly environment?: string | undefined
        readonly profile?: string | undefined
      }
    | undefined
}

const NAME = /^[^/#:\n]{1,64}$/
const MOST_PARAMETERS = 10
const MOST_PARAMETER_CHARACTERS = 2048
const RESOURCES = ['application', 'environment', 'profile']

/** @throws {LocalAppConfigError} `OPTION_INVALID`, for the first extension that is none. */
export function refuseInvalidExtensions(extensions: readonly Extension[]): void {
  if (!Array.isArray(extensions)) throw invalid('extensions must be a list; put the extension in brackets')
  for (const [at, extension] of extensions.entries()) {
    const problem = problemOf(extension, extensions.slice(0, at))
    if (problem !== undefined) throw invalid(`extensions[${at}] ${problem}`)
  }
}

function problemOf(extension: unknown, before: readonly Extension[]): string | undefined {
  if (!isObject(extension)) return 'is no object; give { name, actionPoint, handler }'
  const { name, actionPoint, handler, parameters = {}, associatedWith = {} } = extension
  if (typeof name !== 'string' || !NAME.test(name)) {
    return 'needs a name of 1 to 64 characters without /, #, : and line ends'
  }
  if (before.some((other) => other.name === name)) return `has the name '${name}' of another; give its own`
  if (actionPoint !== 'AT_DEPLOYMENT_TICK') {
    return "needs the actionPoint 'AT_DEPLOYMENT_TICK'; there is no other here"
  }
  if (typeof handler !== 'function') return 'needs a handler, which is a function'
  return problemOfParameters(parameters) ?? problemOfAssociation(associatedWith)
}

function problemOfParameters(parameters: unknown): string | undefined {
  const fits =
    isObject(parameters) &&
    Object.keys(parameters).length <= MOST_PARAMETERS &&
    Object.entries(parameters).every(
      ([key, value]) =>
        NAME.test(key) &&
        typeof value === 'string' &&
        value.length > 0 &&
        value.length <= MOST_PARAMETER_CHARACTERS,
    )
  if (fits) return undefined
  return `has parameters that AppConfig would refuse; give at most ${MOST_PARAMETERS} texts of 1 to ${MOST_PARAMETER_CHARACTERS} characters`
}

function problemOfAssociation(associatedWith: unknown): string | undefined {
  const fits =
    isObject(associatedWith) &&
    Object.entries(associatedWith).every(
      ([key, value]) =>
        RESOURCES.includes(key) && (value === undefined || (typeof value === 'string' && value !== '')),
    )
  return fits ? undefined : `may be associatedWith ${RESOURCES.join(', ')}; give the name or id of each`
}

function invalid(what: string): LocalAppConfigError {
  return new LocalAppConfigError('OPTION_INVALID', `startLocalAppConfig: ${what}.`)
}
