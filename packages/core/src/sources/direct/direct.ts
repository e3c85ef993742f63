/**
 * The `direct` source: AppConfig's data plane through the AWS SDK.
 *
 * Retrying is left to the scheduler: the SDK's own would send a token again at once. The SDK is loaded
 * when the first document is asked for; that of the control plane only where rules of variants are to be
 * read there.
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

export interface DirectOptions {
  /**
   * Your own SDK client, for credentials, proxies and middleware of its own. Its retries are left
   * out for the calls made here; its time-outs apply beside `requestTimeoutMs`.
   */
  readonly client?: AppConfigDataClient
  /** AWS region. Default: as the AWS SDK finds it. */
  readonly region?: string
  /** Another endpoint than AWS's own, e.g. a local AppConfig. Default: as the AWS SDK finds it. */
  readonly endpoint?: string
  /**
   * How long one call may take.
   *
   * @default 5000
   */
  readonly requestTimeoutMs?: number
  /**
   * `by-version-label`: the rules of flags with variants, which the data plane withholds, are read from the
   * control plane: once for each version label, some time within `variantsSpreadSeconds`. Without it, a
   * feature-flag profile gives everybody the default variants. A freeform profile needs none of this.
   */
  readonly variants?: 'by-version-label'
  /** Your own client for the control plane; needed for `variants` beside a `client` of your own. */
  readonly controlPlaneClient?: AppConfigClient
  /**
   * Within how long a new label is asked for: the control plane answers ten lists a second for a whole
   * account. A process that starts serves default variants until it has asked. For a few processes, 0: then
   * its first content waits for the rules, for a call's time-out at the longest.
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
 * Asks AWS AppConfig itself.
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
      // A client of the user's own is not ours to end.
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

/** Makes a plane when it is first asked for. */
function lazily<Plane extends DataPlane | ControlPlane>(
  make: () => Promise<Plane>,
): { load(): Promise<Plane>; end(): void } {
  let made: Promise<Plane> | undefined
  return {
    load: () => (made ??= make()),
    // Whoever asked was told where making it failed.
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

/** What is not said is left to the SDK. */
function placeOf({ region, endpoint }: DirectOptions): { region?: string; endpoint?: string } {
  return { ...(region && { region }), ...(endpoint && { endpoint }) }
}
