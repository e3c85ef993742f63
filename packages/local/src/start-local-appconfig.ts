/**
 * Starts an AWS AppConfig in this process.
 *
 * Promises: it listens on loopback unless the option `host` says otherwise. It prints nothing but a process
 * warning if it repaired the folder of its state. After `close()` it has no socket, timer or lock left.
 *
 * @module
 */
import { randomUUID } from 'node:crypto'
import { type Clock, systemClock } from '@appconfig-kit/core'
import { setAlarm } from './deployments/alarms.ts'
import { type DeployInput, type DeployResult, deploy } from './deployments/deploy.ts'
import { tickByClock, upToDate } from './deployments/ticks.ts'
import { LocalAppConfigError } from './errors.ts'
import { agentOperations } from './http/agent.ts'
import { CONTROL_PLANE } from './http/control-plane.ts'
import { DATA_PLANE } from './http/data-plane.ts'
import { agentForm, awsForm } from './http/failures.ts'
import { createGuard } from './http/safety.ts'
import { listen, type RunningServer } from './http/server.ts'
import type { AlarmState } from './resources/entities.ts'
import { integer, parseSettings, positive, type SettingOptions } from './settings.ts'
import { type Journal, openJournal } from './store/journal.ts'
import { createState, tokenSecret } from './store/state.ts'
import { type Calls, createCallRecorder } from './testing/calls.ts'
import { createFaultBox, type Faults } from './testing/faults.ts'
import { seedFrom } from './testing/seed.ts'
import { acceleratedClock } from './testing/speed.ts'

/** Options of {@link startLocalAppConfig}; all have defaults. */
export interface LocalAppConfigOptions extends SettingOptions {
  /**
   * The address to bind to. Other addresses than loopback are open to others: there is no authentication.
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
   * Host names that requests may be addressed to besides loopback and `host`, such as a container's.
   *
   * @default []
   */
  readonly allowedHosts?: readonly string[] | undefined
  /**
   * The folder the state is kept in: created if missing, readable by its owner only. Sessions survive a
   * restart, but spent tokens are forgotten.
   *
   * @default in memory
   */
  readonly directory?: string | undefined
  /**
   * A folder of config files, `application/environment/profile.{json,yaml,yml}`, that is deployed
   * at start wherever nothing is served yet.
   */
  readonly seed?: string | undefined
  /**
   * The clock of deployments, tokens and poll intervals.
   *
   * @default systemClock
   */
  readonly clock?: Clock | undefined
  /**
   * The speed of time relative to `clock`: 60 makes a minute a second. Clients should use
   * {@link LocalAppConfig.clock}, else they wait in real time.
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
  /** The clock of this AppConfig, with `speed` applied. */
  readonly clock: Clock
  /** The calls that arrived, for tests to assert on. */
  readonly calls: Calls
  /** Faults, for tests of failures. */
  readonly faults: Faults
  /**
   * Creates missing resources and a version, and starts a deployment.
   *
   * @throws {AppConfigServiceError} what the HTTP API would answer, such as `ConflictException` while another
   * deployment is in progress in the environment.
   */
  deploy(input: DeployInput): Promise<DeployResult>
  /**
   * Sets the state of a CloudWatch alarm. `ALARM` and `INSUFFICIENT_DATA` roll back deployments in progress
   * in environments that have the alarm as a monitor; an alarm that was never set is `OK`.
   */
  setAlarm(arn: string, state: AlarmState): void
  /**
   * Resolves when everything due has happened and every extension has answered that had to be asked. Requests
   * bring deployments up to date by themselves; this is for a test that asks many at once. It is not for the
   * handler of an extension, which would wait for itself.
   */
  settled(): Promise<void>
  /** Starts another Agent endpoint. Without `Entity-Id` it is a separate caller in a deployment. */
  startAgent(options?: { readonly port?: number | undefined }): Promise<LocalAgent>
  /** Closes all servers and connections at once. May be called again. */
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
  const { host = '127.0.0.1', port = 0, agentPort = 0, allowedHosts = [] } = options
  integer('port', port, 0, 65_535)
  integer('agentPort', agentPort, 0, 65_535)
  const settings = parseSettings(options)
  const clock = clockOf(options)
  const journal = options.directory === undefined ? undefined : openJournal(options.directory)
  warnOfRepair(journal)
  const state = createState(clock, settings, journal)
  const recorder = createCallRecorder()
  const faultBox = createFaultBox(clock)
  const shared = { state, recorder, faultBox, guard: createGuard(host, allowedHosts) }
  const servers: RunningServer[] = []
  let closed = false
  let endTicks = (): void => {}

  async function close(): Promise<void> {
    closed = true
    state.life.isOpen = false
    endTicks()
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
    // No token may be issued before the key that seals it is stored.
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
    state.life.isOpen = true
    if (needsTimer(options)) endTicks = tickByClock(state)
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
      async settled() {
        refuseClosed('settled')
        await upToDate(state)
      },
      startAgent,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function clockOf({ clock = systemClock, speed = 1 }: LocalAppConfigOptions): Clock {
  positive('speed', speed)
  return speed === 1 ? clock : acceleratedClock(speed, clock)
}

function warnOfRepair(journal: Journal | undefined): void {
  if (journal?.repaired === undefined) return
  process.emitWarning(journal.repaired, { code: 'APPCONFIG_LOCAL_STATE_REPAIRED' })
}

/** A clock that a test moves must not start anything by itself: the next request has to find it. */
function needsTimer({ clock = systemClock, extensions = [] }: LocalAppConfigOptions): boolean {
  return clock === systemClock && extensions.length > 0
}
