/**
 * Starts an AWS AppConfig in this process.
 *
 * Promises: it listens on loopback unless told otherwise; it prints nothing; after `close()` no
 * socket and no timer of it is left.
 *
 * @module
 */
import { type Clock, systemClock } from '@appconfig-kit/core'
import { type Calls, createCallRecorder } from './calls.ts'
import { type DeployInput, type DeployResult, deploy } from './deploy.ts'
import { LocalAppConfigError } from './errors.ts'
import { createFaultBox, type Faults } from './faults.ts'
import { CONTROL_PLANE } from './http/control-plane.ts'
import { DATA_PLANE } from './http/data-plane.ts'
import { errorReply } from './http/errors.ts'
import { listen } from './http/server.ts'
import { createGuard } from './safety.ts'
import { integer, parseSettings, type SettingOptions } from './settings.ts'
import { createState } from './state.ts'

export interface LocalAppConfigOptions extends SettingOptions {
  /**
   * The address to bind to. Anything but loopback lets others in: there is no authentication.
   *
   * @default '127.0.0.1'
   */
  readonly host?: string | undefined
  /**
   * The port; 0 picks a free one.
   *
   * @default 0
   */
  readonly port?: number | undefined
  /**
   * Names beside loopback and `host` that requests may be addressed to, such as a container's.
   *
   * @default []
   */
  readonly allowedHosts?: readonly string[] | undefined
  /**
   * What everything is timed by.
   *
   * @default systemClock
   */
  readonly clock?: Clock | undefined
}

/** A running AppConfig. */
export interface LocalAppConfig {
  /** The endpoint of control and data plane: what the AWS SDK takes as `endpoint`. */
  readonly url: string
  /** What it is timed by. */
  readonly clock: Clock
  /** The calls that arrived, for tests to assert on. */
  readonly calls: Calls
  /** What shall go wrong. */
  readonly faults: Faults
  /**
   * Creates whatever is missing, creates a version and starts a deployment.
   *
   * @throws {AppConfigServiceError} what the HTTP API would answer, such as `ConflictException`
   *   while another deployment is in progress in the environment.
   */
  deploy(input: DeployInput): Promise<DeployResult>
  /** Ends everything at once. May be called again. */
  close(): Promise<void>
}

/**
 * Starts an AWS AppConfig in this process, on a real socket.
 *
 * @example
 * const local = await startLocalAppConfig()
 * await local.deploy({ application: 'api', environment: 'prod-01', profile: 'default', content: { temperature: 0.5 } })
 * const client = new AppConfigDataClient({ endpoint: local.url, region: 'us-east-1', credentials })
 *
 * @throws {LocalAppConfigError} `OPTION_INVALID`.
 */
export async function startLocalAppConfig(options: LocalAppConfigOptions = {}): Promise<LocalAppConfig> {
  const { host = '127.0.0.1', port = 0, allowedHosts = [], clock = systemClock } = options
  integer('port', port, 0, 65_535)
  const state = createState(clock, parseSettings(options))
  const recorder = createCallRecorder()
  const faultBox = createFaultBox(clock)
  const guard = createGuard(host, allowedHosts)
  const operations = [...DATA_PLANE, ...CONTROL_PLANE]
  const server = await listen(host, port, { operations, state, recorder, faultBox, guard, errorReply })
  let closed = false

  return {
    url: server.url,
    clock,
    calls: recorder.calls,
    faults: faultBox.faults,
    async deploy(input) {
      if (closed)
        throw new LocalAppConfigError('CLOSED', 'deploy: this local AppConfig was closed; start another.')
      return deploy(state, input)
    },
    async close() {
      closed = true
      await server.close()
    },
  }
}
