/**
 * Plays one cell of the fault matrix, and says what happened in the words of its table.
 *
 * @module
 */
import type { AppConfigClient } from '@appconfig-kit/core'
import { isAppConfigError } from '@appconfig-kit/core'
import { type Recorded, record } from '../world.ts'
import type { Cell, Played } from './cell.ts'
import { OPERATIONS } from './operations.ts'
import { type Asked, type Stage, startStage } from './stage.ts'
import { UNWATCHED } from './stage-sources.ts'
import { LOST, SECRET, SHORT_TIMEOUT_MS, TROUBLES, type Trouble } from './trouble.ts'
import { kindOf, resentIn, secondsSince, toldBy } from './words.ts'

/** The tenant that has a layer of its own. */
const ACME = { id: 'acme', tier: 'gold' }
/** Timers that are waited for until a call comes: a single one however late it is, and other documents' before it. */
const MOST_TIMERS = 1500
/** Longer than anybody waits: an interval of a day, and its jitter. */
const LONGEST_MS = 27 * 3_600_000
/** Longer than anything is tried again. */
const LONGEST_RETRY_MS = 1_800_000

export async function playCell(cell: Cell): Promise<Played> {
  const trouble = TROUBLES[cell.fault]?.(OPERATIONS[cell.operation])
  if (!trouble) throw new Error(`nobody knows how to play ${cell.fault}`)
  const isWaitedFor = trouble.cut === 'held' || trouble.blocksMs !== undefined
  const stage = await startStage({
    ...cell,
    isSecure: trouble.connection === 'untrusted' || trouble.connection === 'speaks plain HTTP',
    requestTimeoutMs: isWaitedFor ? SHORT_TIMEOUT_MS : undefined,
    hasBackup: cell.state === 'restarted',
  })
  try {
    return await new Play(cell, trouble, stage).run()
  } finally {
    await stage.close()
  }
}

class Play {
  readonly #cell: Cell
  readonly #trouble: Trouble
  readonly #stage: Stage
  #client: AppConfigClient<unknown>
  #events: Recorded
  readonly #texts: string[] = []
  #newest = 1
  /** Nobody is served an older version after a newer one. */
  #newestSeen = 0
  /** Whether there is a last known good, in memory or on disk. */
  #hasLastGood = false
  #requests = 0
  #failedWithLastGood = 0

  constructor(cell: Cell, trouble: Trouble, stage: Stage) {
    this.#cell = cell
    this.#trouble = trouble
    this.#stage = stage
    this.#client = stage.createClient()
    this.#events = record(this.#client)
  }

  async run(): Promise<Played> {
    const { state } = this.#cell
    await this.#stage.deploy(1)
    if (state === 'restarted') await this.#restart()
    const during = await (state === 'warm' ? this.#beginWarm() : this.#beginCold())
    const health = this.#health()
    await this.#askAsOthers('globex')
    const next = await this.#nextPoll()
    const after = await this.#ask()
    await this.#askAsOthers('initech')
    const words = during === after ? during : `${during}, then ${after}`
    const told = toldBy(this.#events)
    const recovery = await this.#recover()
    this.#texts.push(...this.#stage.logged, JSON.stringify(this.#client.health()))
    this.#texts.push(JSON.stringify(this.#client.inspect(ACME)))
    for (const { error } of [...this.#events.failure, ...this.#events.rejected])
      this.#texts.push(error.message)
    const tokens = this.#stage.asked.flatMap(({ token }) => (token === undefined ? [] : [token]))
    return {
      outcome: [words, health, told, next, recovery].join(' | '),
      requests: { total: this.#requests, failedWithLastGood: this.#failedWithLastGood },
      resent: this.#trouble.isSentAgain ? 0 : resentIn(this.#stage.asked),
      leaks: this.#texts.filter((text) => [SECRET, ...tokens].some((secret) => text.includes(secret))),
    }
  }

  /** A process serves a good version and ends; a new one is deployed, and another process starts. */
  async #restart(): Promise<void> {
    if ((await this.#untilNew(LONGEST_RETRY_MS)) === undefined) throw new Error('nothing was served')
    await this.#client.close()
    await this.#deployNext()
    this.#client = this.#stage.createClient()
    this.#events = record(this.#client)
  }

  /** The fault is there before the first request. */
  async #beginCold(): Promise<string> {
    const { line } = this.#stage
    const { operation } = this.#cell
    const jumpMs = this.#trouble.clockJumpMs
    const trouble = jumpMs === undefined ? this.#trouble : ({ cut: 'until released' } as const)
    await line.break(trouble, operation, OPERATIONS[operation].before.cold)
    const first = this.#ask()
    if (jumpMs !== undefined) {
      while (line.hits === 0) await new Promise((resolve) => setImmediate(resolve))
      this.#stage.clock.jump(jumpMs)
      await line.mend()
    }
    return await first
  }

  /** The fault comes after a good version, together with a new one. */
  async #beginWarm(): Promise<string> {
    const { line, dataLine, clock } = this.#stage
    const { operation } = this.#cell
    if ((await this.#untilNew(LONGEST_RETRY_MS)) === undefined) throw new Error('nothing was served')
    this.#events = record(this.#client)
    await this.#deployNext()
    await line.break(this.#trouble, operation, OPERATIONS[operation].before.warm)
    if (this.#trouble.clockJumpMs !== undefined) clock.jump(this.#trouble.clockJumpMs)
    // A session is opened anew only where one was lost.
    if (operation === 'StartConfigurationSession') dataLine.answerNext('GetLatestConfiguration', LOST)
    const seen = this.#asked().length
    const isReached = (): boolean => {
      if (this.#trouble.clockJumpMs !== undefined) return true
      const isAsked = this.#asked().some((call, at) => at >= seen && call.operation === operation)
      return isAsked && (this.#trouble.connection === undefined || line.isBroken)
    }
    let word = await this.#ask()
    for (let timer = 0; timer < MOST_TIMERS && !isReached(); timer++) {
      await this.#untilNextTimer()
      word = await this.#ask()
    }
    return word
  }

  async #deployNext(): Promise<void> {
    this.#newest += 1
    await this.#stage.deploy(this.#newest)
  }

  /** Calls for the document under test. */
  #asked(): Asked[] {
    return this.#stage.asked.filter(({ operation }) => operation !== UNWATCHED)
  }

  async #untilNextTimer(): Promise<boolean> {
    const { clock, time } = this.#stage
    const waitMs = clock.untilNextMs()
    if (waitMs === undefined) return false
    time.advance(waitMs)
    await this.#stage.quiet()
    return true
  }

  /** What requests get now, in a word; every one is counted. */
  async #ask(): Promise<string> {
    const peeked = this.#client.peek(ACME)
    if (peeked !== undefined) {
      this.#requests += 1
      this.#wordFor(peeked)
    }
    const word = await this.#request(ACME)
    await this.#stage.quiet()
    return word
  }

  /** A tenant that was never seen, and a request without one: they are served what is known of the base. */
  async #askAsOthers(id: string): Promise<void> {
    if (this.#cell.layerKind !== 'base' || !this.#hasLastGood) return
    for (const other of [{ id, tier: 'gold' }, null])
      if ((await this.#request(other)) === 'absent') throw new Error('the base is missing')
    await this.#stage.quiet()
  }

  async #request(tenant: typeof ACME | null): Promise<string> {
    this.#requests += 1
    try {
      const word = this.#wordFor(await this.#client.resolve(tenant))
      if (word !== 'absent') this.#hasLastGood = true
      return word
    } catch (error) {
      if (!isAppConfigError(error)) throw error
      if (this.#hasLastGood) this.#failedWithLastGood += 1
      this.#texts.push(error.message)
      return `${error.status} ${error.code}`
    }
  }

  #wordFor(config: unknown): string {
    const { value, checkout } = config as {
      value?: number
      checkout?: { _variant?: string; enabled: boolean; limit?: number }
    }
    const number = value ?? checkout?.limit
    if (number === undefined) return 'absent'
    if (number < this.#newestSeen || number > this.#newest) throw new Error(`${number} is none of the last`)
    this.#newestSeen = number
    const word = number === this.#newest ? 'new' : 'last good'
    return checkout === undefined || checkout._variant === 'oneClick' ? word : `${word}, default variants`
  }

  #health(): string {
    const { status, documents, tenantDocuments } = this.#client.health()
    const ours = documents.find(({ profile }) => profile === this.#stage.profile)
    const [first] = Object.keys(tenantDocuments)
    return `${status}, ${ours?.status ?? first ?? 'unknown'}`
  }

  /** Lets time pass until the document is asked for again. */
  async #nextPoll(): Promise<string> {
    const { time } = this.#stage
    const seen = this.#asked()
    const beganMs = seen.at(-1)?.atMs ?? time.now()
    for (let timer = 0; this.#asked().length === seen.length; timer++)
      if (timer === MOST_TIMERS || !(await this.#untilNextTimer())) return 'never asked again'
    const calls = this.#asked().slice(seen.length)
    const [first] = calls as [Asked]
    return `${kindOf(first, seen)} in ${secondsSince(beganMs, first.atMs)}`
  }

  /** Mends all, and waits for the newest version: a new one where there was a good one before, else the first. */
  async #recover(): Promise<string> {
    const { line, clock } = this.#stage
    await line.mend()
    if (this.#trouble.clockJumpMs !== undefined) clock.jump(-this.#trouble.clockJumpMs)
    const hadGood = this.#cell.state !== 'cold'
    if (hadGood) await this.#deployNext()
    const recovered = await this.#untilNew(hadGood ? LONGEST_MS : LONGEST_RETRY_MS)
    if (recovered !== undefined || hadGood) return `recovers in ${recovered}`
    // What AppConfig has answered it does not send again: a bad document is repaired by the next one.
    await this.#deployNext()
    return `recovers with the next version, in ${await this.#untilNew(LONGEST_RETRY_MS)}`
  }

  async #untilNew(withinMs: number): Promise<string | undefined> {
    const { time } = this.#stage
    const beganMs = time.now()
    while (time.now() - beganMs <= withinMs) {
      const isNew = (await this.#ask()) === 'new'
      if (isNew && this.#client.health().status === 'ok') return secondsSince(beganMs, time.now())
      await this.#untilNextTimer()
    }
    return undefined
  }
}
