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

/**
 * Makes a client for AWS, or for the endpoint that was given by option or environment variable.
 *
 * An AppConfig on this machine checks neither credentials nor region, so where none are set
 * placeholders do: without them the SDK would look for credentials in places that take their time.
 */
export function createClient(
  { endpoint, region, timeout = DEFAULT_TIMEOUT_SECONDS }: ConnectionOptions,
  { env, stderr }: Pick<Io, 'env' | 'stderr'>,
): AppConfigClient {
  const target = endpoint ?? env['AWS_ENDPOINT_URL_APPCONFIG'] ?? env['AWS_ENDPOINT_URL']
  const isLocal = target !== undefined && isLoopback(target)
  const hasCredentials = Boolean(env['AWS_ACCESS_KEY_ID'] || env['AWS_PROFILE'])
  const hasRegion = Boolean(region || env['AWS_REGION'] || env['AWS_PROFILE'])
  const client = new AppConfigClient({
    ...(target !== undefined && { endpoint: target }),
    ...(region && { region }),
    ...(isLocal && !hasRegion && { region: 'us-east-1' }),
    ...(isLocal && !hasCredentials && { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  })
  addTimeOut(client, {
    seconds: timeout,
    endpoint: target,
    // Scripts read stderr, where we promise one line.
    onWaiting: stderr.isTTY ? (message) => printLine(stderr, `appconfig-kit: ${message}`) : undefined,
  })
  return client
}

/** How often to look at a deployment: AWS's control plane has quotas, this machine has none. */
export function watchIntervalMs({ endpoint }: ConnectionOptions, env: Io['env']): number {
  const target = endpoint ?? env['AWS_ENDPOINT_URL_APPCONFIG'] ?? env['AWS_ENDPOINT_URL']
  return target !== undefined && isLoopback(target) ? 200 : 3000
}

/** Whether a URL points at this machine. */
export function isLoopback(url: string): boolean {
  return URL.canParse(url) && LOOPBACK.includes(new URL(url).hostname)
}
