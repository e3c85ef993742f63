/**
 * Starts an AWS AppConfig in this process.
 *
 * Promises: it listens on loopback unless told otherwise; it prints nothing, but a process warning
 * where it repaired the folder of its state; after `close()` no socket, no timer and no lock of it is
 * left.
 *
 * @module
 */
import { randomUUID } from 'node:crypto'
import { type Clock, systemClock } from '@appconfig-kit/core'
import { setAlarm } from './deployments/alarms.ts'
import { type DeployInput, type DeployResult, deploy } from './deployments/deploy.ts'
import { LocalAppConfigError } from './errors.ts'
import { agentOperations } from './http/agent.ts'
import { CONTROL_PLANE } from './http/control-plane.ts'
import { DATA_PLANE } from './http/data-plane.ts'
import { agentForm, awsForm } from './http/failures.ts'
import { createGuard } from './http/safety.ts'
import { listen, type RunningServer } from './http/server.ts'
import type { AlarmState } from './resources/entities.ts'
import { integer, parseSettings, positive, type SettingOptions } from './settings.ts'
import { openJournal } from './store/journal.ts'
import { createState, tokenSecret } from './store/state.ts'
import { type Calls, createCallRecorder } from './testing/calls.ts'
import { createFaultBox, type Faults } from './testing/faults.ts'
import { seedFrom } from './testing/seed.ts'
import { acceleratedClock } from './testing/speed.ts'

/** Options of {@link startLocalAppConfig}; all have defaults. */
export interface LocalAppConfigOptions extends SettingOptions {
  /**
   * The address to bind to. Anything but loopback lets others in: there is no authentication.
   *
   * @default '127.0.0.1'
   */
  readonly host?: string | undefined
  /**
   * The port of control and data plane; 0 picks a free one.
   *
   * @default 0
   */
  readonly port?: number | undefined
  /**
   * The port of the Agent's endpoint; 0 picks a free one. The real Agent's is 2772.
   *
   * @default 0
   */
  readonly agentPort?: number | undefined
  /** What clients of the Agent's endpoints must send as `Authorization: Bearer …`. Default: nothing. */
  readonly agentAccessToken?: string | undefined
  /**
   * Names beside loopback and `host` that requests may be addressed to, such as a container's.
   *
   * @default []
   */
  readonly allowedHosts?: readonly string[] | undefined
  /**
   * The folder state is kept in, created if missing, readable by its owner only. Default: state is
   * kept in memory. Sessions go on after a restart, but which tokens were spent is forgotten.
   */
  readonly directory?: string | undefined
  /**
   * A folder of config files, `application/environment/profile.{json,yaml,yml}`, that is deployed
   * at start wherever nothing is served yet.
   */
  readonly seed?: string | undefined
  /**
   * What everything is timed by.
   *
   * @default systemClock
   */
  readonly clock?: Clock | undefined
  /**
   * How many times as fast as `clock` time passes. Clients that wait by a clock of their own need
   * {@link LocalAppConfig.clock}.
   *
   * @default 1
   */
  readonly speed?: number | undefined
}

/** A running AppConfig. */
export interface LocalAppConfig {
  /** The endpoint of control and data plane: what the AWS SDK takes as `endpoint`. */
  readonly url: string
  /** The endpoint of the Agent. */
  readonly agentUrl: string
  /** What it is timed by, `speed` included. */
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
  /**
   * Puts a CloudWatch alarm into a state. `ALARM` and `INSUFFICIENT_DATA` roll back what is in
   * progress in the environments that have it as a monitor; one never set is `OK`.
   */
  setAlarm(arn: string, state: AlarmState): void
  /** Starts a further Agent endpoint: without `Entity-Id` it is a caller of its own in a deployment. */
  startAgent(options?: { readonly port?: number | undefined }): Promise<LocalAgent>
  /** Ends everything at once. May be called again. */
  close(): Promise<void>
}

/** A running Agent endpoint; it ends with its {@link LocalAppConfig} too. */
export interface LocalAgent {
  readonly url: string
  close(): Promise<void>
}

/**
 * Starts an AWS AppConfig in this process, on real sockets.
 *
 * @example
 * const local = await startLocalAppConfig()
 * await local.deploy({ application: 'api', environment: 'prod-01', profile: 'default', content: { temperature: 0.5 } })
 * const client = new AppConfigDataClient({ endpoint: local.url, region: 'us-east-1', credentials })
 *
 * @throws {LocalAppConfigError} `OPTION_INVALID`, `SEED_INVALID`, `STATE_IN_USE`, `STATE_UNREADABLE`,
 *   `LISTEN_FAILED`.
 */
export async function startLocalAppConfig(options: LocalAppConfigOptions = {}): Promise<LocalAppConfig> {
  const { host = '127.0.0.1', port = 0, agentPort = 0, allowedHosts = [], speed = 1 } = options
  integer('port', port, 0, 65_535)
  integer('agentPort', agentPort, 0, 65_535)
  positive('speed', speed)
  const settings = parseSettings(options)
  const realClock = options.clock ?? systemClock
  const clock = speed === 1 ? realClock : acceleratedClock(speed, realClock)

  const journal = options.directory === undefined ? undefined : openJournal(options.directory)
  if (journal?.repaired !== undefined) {
    process.emitWarning(journal.repaired, { code: 'APPCONFIG_LOCAL_STATE_REPAIRED' })
  }
  const state = createState(clock, settings, journal)
  const recorder = createCallRecorder()
  const faultBox = createFaultBox(clock)
  const shared = { state, recorder, faultBox, guard: createGuard(host, allowedHosts) }
  const servers: RunningServer[] = []
  let closed = false

  async function close(): Promise<void> {
    closed = true
    await Promise.all(servers.map((server) => server.close()))
    journal?.close()
  }

  async function startAgent({ port: wanted = 0 }: { port?: number | undefined } = {}): Promise<LocalAgent> {
    refuseClosed('startAgent')
    const operations = agentOperations({ id: randomUUID(), accessToken: options.agentAccessToken })
    const agent = await listen(
      { host, port: wanted, option: 'agentPort' },
      { ...shared, operations, failureForm: agentForm },
    )
    servers.push(agent)
    if (closed) await agent.close()
    return agent
  }

  function refuseClosed(what: string): void {
    if (!closed) return
    throw new LocalAppConfigError('CLOSED', `${what}: this local AppConfig was closed; start another.`)
  }

  try {
    // A token must never be issued before the key that sealed it is kept.
    tokenSecret(state)
    state.commit()
    if (options.seed !== undefined) await seedFrom(state, options.seed)
    const operations = [...DATA_PLANE, ...CONTROL_PLANE]
    const server = await listen(
      { host, port, option: 'port' },
      { ...shared, operations, failureForm: awsForm },
    )
    servers.push(server)
    const agent = await startAgent({ port: agentPort })

    return {
      url: server.url,
      agentUrl: agent.url,
      clock,
      calls: recorder.calls,
      faults: faultBox.faults,
      async deploy(input) {
        refuseClosed('deploy')
        return deploy(state, input)
      },
      setAlarm(arn, alarmState) {
        refuseClosed('setAlarm')
        setAlarm(state, arn, alarmState)
      },
      startAgent,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
