/**
 * The `direct` source: AppConfig's data plane through the AWS SDK.
 *
 * The scheduler retries, not the SDK, which would send a token again at once. The SDK is loaded when the
 * first document is asked for; that of the control plane only where rules of variants are to be read there.
 *
 * @module
 */
import type { AppConfigClient } from '@aws-sdk/client-appconfig'
import type { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'
import { OptionsError, quoted } from '../../errors.ts'
import { refuseUnknownOptions } from '../../options/known-options.ts'
import type { Source } from '../source.ts'
import { type ControlPlane, hostedVersions } from './control-plane.ts'
import { type DataPlane, DataPlaneSession } from './data-plane-session.ts'
import { SessionWithRules } from './session-with-rules.ts'
import { withoutRetries } from './without-retries.ts'

/** Options of {@link direct}. */
export interface DirectOptions {
  /**
   * Your own SDK client, with its credentials, proxies and middleware. Calls made here skip its retries; its
   * time-outs apply besides `requestTimeoutMs`. Closing the source leaves it open.
   */
  readonly client?: AppConfigDataClient
  /** The AWS region. @default as the AWS SDK finds it */
  readonly region?: string
  /** An endpoint in place of AWS's own, e.g. of a local AppConfig. @default as the AWS SDK finds it */
  readonly endpoint?: string
  /** Milliseconds that one call may take. @default 5000 */
  readonly requestTimeoutMs?: number
  /**
   * `by-version-label`: the rules of flags with variants, which the data plane withholds, are read from the
   * control plane, once for each version label, within `variantsSpreadSeconds`. Without it, every request
   * gets the default variants of a feature-flag profile. A freeform profile does not need it.
   */
  readonly variants?: 'by-version-label'
  /** Your own SDK client for the control plane; required for `variants` if `client` is given. */
  readonly controlPlaneClient?: AppConfigClient
  /**
   * Jitter, in seconds, before the control plane is asked for a new label: it answers ten lists a second for
   * a whole account. Until then a new process serves default variants. With 0, for a few processes, its first
   * content waits for the rules, at most as long as the calls may take.
   *
   * @default 120
   */
  readonly variantsSpreadSeconds?: number
}

const OPTIONS: Record<keyof DirectOptions, true> = {
  client: true,
  region: true,
  endpoint: true,
  requestTimeoutMs: true,
  variants: true,
  controlPlaneClient: true,
  variantsSpreadSeconds: true,
}

/**
 * A source that asks AppConfig's data plane, with `StartConfigurationSession` and `GetLatestConfiguration`.
 * Nothing is asked before a client polls.
 *
 * @throws {OptionsError} `OPTIONS_INVALID`, e.g. for an unknown option.
 *
 * @example
 * createAppConfig({ application: 'api', environment: 'prod-01', layers: ['default'], source: direct() })
 */
export function direct(options: DirectOptions = {}): Source {
  refuseUnknownOptions('direct()', options, Object.keys(OPTIONS))
  checkVariants(options)
  const { requestTimeoutMs = 5000, variants, variantsSpreadSeconds = 120 } = options
  const dataPlane = lazily(() => loadDataPlane(options))
  const controlPlane = lazily(() => loadControlPlane(options))
  const versions = variants && hostedVersions(controlPlane.load, requestTimeoutMs)
  return {
    name: 'direct',
    open(document, session) {
      const opened = new DataPlaneSession(document, session, requestTimeoutMs, dataPlane.load)
      if (!versions) return opened
      return new SessionWithRules(opened, document, session, versions, variantsSpreadSeconds)
    },
    close() {
      // A client that the user made is the user's to destroy.
      if (options.client === undefined) dataPlane.end()
      if (options.controlPlaneClient === undefined) controlPlane.end()
    },
  }
}

function checkVariants({
  variants,
  client,
  controlPlaneClient,
  variantsSpreadSeconds = 0,
}: DirectOptions): void {
  const refuse = (problem: string): never => {
    throw new OptionsError('OPTIONS_INVALID', `direct: ${problem}`)
  }
  if (variants !== undefined && variants !== 'by-version-label')
    refuse(`variants must be 'by-version-label' or left out, got ${quoted(variants)}`)
  if (variants && client && !controlPlaneClient)
    refuse('variants beside a client of your own needs a controlPlaneClient, an AppConfigClient, too')
  if (!Number.isFinite(variantsSpreadSeconds) || variantsSpreadSeconds < 0)
    refuse(`variantsSpreadSeconds must be 0 or more, got ${quoted(variantsSpreadSeconds)}`)
}

/** Makes the SDK client of a plane at the first call. */
function lazily<Plane extends DataPlane | ControlPlane>(
  make: () => Promise<Plane>,
): { load(): Promise<Plane>; end(): void } {
  let made: Promise<Plane> | undefined
  return {
    load: () => (made ??= make()),
    // A failure to make it was thrown to the caller of `load`.
    end: () => void made?.then(({ client }) => client.destroy()).catch(() => {}),
  }
}

async function loadDataPlane({ client, ...options }: DirectOptions): Promise<DataPlane> {
  const sdk = await import('@aws-sdk/client-appconfigdata')
  return { sdk, client: withoutRetries(client ?? new sdk.AppConfigDataClient(placeOf(options))) }
}

async function loadControlPlane({ controlPlaneClient, ...options }: DirectOptions): Promise<ControlPlane> {
  const sdk = await import('@aws-sdk/client-appconfig')
  return { sdk, client: withoutRetries(controlPlaneClient ?? new sdk.AppConfigClient(placeOf(options))) }
}

/** Region and endpoint, where given; the SDK finds the rest. */
function placeOf({ region, endpoint }: DirectOptions): { region?: string; endpoint?: string } {
  return { ...(region && { region }), ...(endpoint && { endpoint }) }
}
