/**
 * The AWS SDK's client for AppConfig's control plane.
 *
 * @module
 */
import { AppConfigClient } from '@aws-sdk/client-appconfig'
import { type Io, printLine } from '../io.ts'
import { type ConnectionOptions, DEFAULT_TIMEOUT_SECONDS } from '../options.ts'
import { addTimeOut } from './time-out.ts'

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** How a client of the AWS SDK is told where to go, and as whom. */
export interface ClientSettings {
  readonly endpoint?: string
  readonly region?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/**
 * The settings of a client for AWS, or for an endpoint.
 *
 * A service on this machine checks neither credentials nor region, so where none are set placeholders do:
 * without them the SDK would look for credentials in places that take their time.
 */
export function clientSettings(
  target: string | undefined,
  region: string | undefined,
  env: Io['env'],
): ClientSettings {
  const isLocal = target !== undefined && isLoopback(target)
  const hasCredentials = Boolean(env['AWS_ACCESS_KEY_ID'] || env['AWS_PROFILE'])
  const hasRegion = Boolean(region || env['AWS_REGION'] || env['AWS_PROFILE'])
  return {
    ...(target !== undefined && { endpoint: target }),
    ...(region && { region }),
    ...(isLocal && !hasRegion && { region: 'us-east-1' }),
    ...(isLocal && !hasCredentials && { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  }
}

/** The endpoint of AppConfig that was given by option or environment variable; undefined for AWS. */
export function targetOf(
  { endpoint }: Pick<ConnectionOptions, 'endpoint'>,
  env: Io['env'],
): string | undefined {
  return endpoint ?? env['AWS_ENDPOINT_URL_APPCONFIG'] ?? env['AWS_ENDPOINT_URL']
}

/** Makes a client of AppConfig. */
export function createClient(
  options: ConnectionOptions,
  { env, stderr }: Pick<Io, 'env' | 'stderr'>,
): AppConfigClient {
  const target = targetOf(options, env)
  const client = new AppConfigClient(clientSettings(target, options.region, env))
  addTimeOut(client, {
    seconds: options.timeout ?? DEFAULT_TIMEOUT_SECONDS,
    endpoint: target,
    // Scripts read stderr, where we promise one line.
    onWaiting: stderr.isTTY ? (message) => printLine(stderr, `appconfig-kit: ${message}`) : undefined,
  })
  return client
}

/** How often to look at a deployment: AWS's control plane has quotas, this machine has none. */
export function watchIntervalMs(options: ConnectionOptions, env: Io['env']): number {
  const target = targetOf(options, env)
  return target !== undefined && isLoopback(target) ? 200 : 3000
}

/** Whether a URL points at this machine. */
export function isLoopback(url: string): boolean {
  return URL.canParse(url) && LOOPBACK.includes(new URL(url).hostname)
}
