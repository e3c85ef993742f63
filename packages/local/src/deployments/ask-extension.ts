/**
 * Asks one extension about a deployment, as AppConfig asks a Lambda function.
 *
 * Event and answer are copied, as over a wire: a handler can change neither the state nor its answer later.
 *
 * @module
 */
import { messageOf } from '../errors.ts'
import type { ActionInvocation, Deployment, DeploymentEvent } from '../resources/entities.ts'
import type { Extension, TickEvent } from '../resources/extension.ts'
import { arnOf, newId } from '../resources/ids.ts'
import { isObject } from '../resources/members.ts'
import type { State } from '../store/state.ts'
import { type AskedExtension, EXTENSION_VERSION, extensionId } from './applied-extensions.ts'

/** AppConfig's limit of a description. */
const MOST_CHARACTERS = 1024

/** Why a deployment is to be rolled back. */
export type Refusal = Pick<DeploymentEvent, 'TriggeredBy' | 'Description'> & {
  readonly invocation: ActionInvocation
}

/** @returns undefined where the extension says CONTINUE. It never rejects. */
export async function askExtension(
  state: State,
  deployment: Deployment,
  { extension, parameters }: AskedExtension,
): Promise<Refusal | undefined> {
  const { name, handler } = extension
  const InvocationId = newId(() => false)
  const invocation = { ...invocationOf(state, extension), InvocationId }
  try {
    const event = eventOf(deployment, parameters, InvocationId)
    const answer = await answerOf(() => handler(event), state.settings.extensionTimeoutMs)
    const description = directiveOf(answer)
    if (description === undefined) return undefined
    const Description = cut(`Rollback started by extension ${name}: ${description}`)
    return { TriggeredBy: 'APPCONFIG', Description, invocation }
  } catch (error) {
    const ErrorCode = error instanceof InvocationError ? error.code : 'HandlerError'
    const ErrorMessage = cut(messageOf(error))
    return {
      TriggeredBy: 'INTERNAL_ERROR',
      Description: cut(`Rollback started: extension ${name} failed: ${ErrorMessage}`),
      invocation: { ...invocation, ErrorCode, ErrorMessage },
    }
  }
}

/** AWS's own codes are not documented. */
class InvocationError extends Error {
  readonly code: 'TimedOut' | 'InvalidAnswer'

  constructor(code: InvocationError['code'], message: string) {
    super(message)
    this.code = code
  }
}

function invocationOf(
  { settings }: State,
  { name }: Extension,
): Pick<ActionInvocation, 'ExtensionIdentifier' | 'ActionName' | 'Uri'> {
  const { region, accountId } = settings
  return {
    ExtensionIdentifier: arnOf(settings, `extension/${extensionId(name)}/${EXTENSION_VERSION}`),
    ActionName: name,
    Uri: `arn:aws:lambda:${region}:${accountId}:function:${name.replaceAll(/[^\w-]/g, '-')}`,
  }
}

function eventOf(
  deployment: Deployment,
  parameters: Readonly<Record<string, string>>,
  InvocationId: string,
): TickEvent {
  return {
    InvocationId,
    Type: 'AtDeploymentTick',
    Parameters: { ...parameters },
    Application: { Id: deployment.ApplicationId },
    Environment: { Id: deployment.EnvironmentId },
    ConfigurationProfile: { Id: deployment.ConfigurationProfileId, Name: deployment.ConfigurationName },
    DeploymentNumber: deployment.DeploymentNumber,
    Description: deployment.Description ?? '',
    ConfigurationVersion: deployment.ConfigurationVersion,
    DeploymentState: deployment.State as TickEvent['DeploymentState'],
    PercentageComplete: deployment.PercentageComplete.toFixed(1),
  }
}

async function answerOf(ask: () => unknown, timeoutMs: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new InvocationError('TimedOut', `it did not answer within ${timeoutMs} ms`))
    }, timeoutMs)
    timer.unref()
  })
  try {
    // In a callback, so that what it throws at once is a rejection too.
    return await Promise.race([Promise.resolve().then(ask), late])
  } finally {
    clearTimeout(timer)
  }
}

/** The description of ROLL_BACK; undefined for CONTINUE. */
function directiveOf(answer: unknown): string | undefined {
  const json = JSON.stringify(answer) as string | undefined
  const { Directive, Description } = objectOf(json === undefined ? undefined : JSON.parse(json))
  if (Directive === 'CONTINUE') return undefined
  if (Directive === 'ROLL_BACK') return typeof Description === 'string' ? Description : ''
  throw new InvocationError('InvalidAnswer', 'it answered no Directive of CONTINUE and ROLL_BACK')
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {}
}

/** Not through the middle of a character. */
function cut(text: string): string {
  return text.slice(0, MOST_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '')
}
