/**
 * Clients of two applications, what AppConfig serves them, and an oracle that knows what a request must see.
 * The backups of all clients are in one store, which lives as long as the world.
 *
 * Every document holds the same few keys, and every value says which place and version it belongs to. The
 * oracle knows nothing of merging: it looks up, key by key, the highest of the tenant's own places.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import {
  type AppConfigClient,
  type BackupStore,
  createAppConfig,
  memory,
  variantOf,
} from '../../src/index.ts'
import { manualClock } from '../../src/manual-clock.ts'
import { type Asked, KEYS, type Step, type Target } from './steps.ts'
import {
  APPLICATIONS,
  DEFAULTS,
  documentOf,
  isServable,
  nameOf,
  type Place,
  placesOf,
  SHAPES,
  type Shape,
} from './tenancy.ts'

type Tags = Readonly<Record<string, string>>

export interface World {
  /** @throws where a request sees what it must not see, or not what it must see. */
  take(step: Step): Promise<void>
  /** Requests that got values from a client which was started in the outage that lasts: from the backup. */
  readonly servedFromBackup: number
  close(): Promise<void>
}

/** Refuses a configuration with the key `refused`. */
const schema: StandardSchemaV1 = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      Object.hasOwn(value as object, 'refused') ? { issues: [{ message: 'refused' }] } : { value },
  },
}

export function startWorld(shape: Shape): World {
  const clock = manualClock()
  const source = memory()
  /** What AppConfig serves of each place, less what is broken. */
  const served = new Map<Place, Tags>()
  /** Documents whose newest version is broken. */
  const broken = new Set<string>()
  let version = 0
  let isOut = false
  /** Applications whose client was started in the outage that lasts. */
  const startedOut = new Set<string>()
  let servedFromBackup = 0
  const backups = new Map<string, string>()
  /** Nobody reads what would be written when the world ends. */
  let isOver = false
  const store: BackupStore = {
    get(key) {
      if (isOver) throw new Error('over')
      return backups.get(key)
    },
    set: (key, text) => backups.set(key, text),
  }

  const clients = new Map<string, AppConfigClient<unknown>>()
  const start = (application: string) =>
    clients.set(
      application,
      createAppConfig({
        application,
        environment: (t) => t.cell as string,
        ...SHAPES[shape],
        source,
        clock,
        schema,
        defaults: DEFAULTS,
        logger: false,
        backup: { store },
        maxTenants: 3,
        idleTimeoutSeconds: 600,
        maxNewTenantsPerSecond: 1_000_000,
        maxRequestsPerSecond: 1_000_000,
      }) as AppConfigClient<unknown>,
    )
  for (const application of APPLICATIONS) start(application)

  function publish({ application, environment, profile, section }: Target): void {
    const name = `${application}/${environment}/${profile}`
    broken.delete(name)
    const sections = [...served].filter(([place]) => place.startsWith(`${name}#`))
    const document =
      section === undefined
        ? served.get(name)
        : Object.fromEntries(sections.map(([place, tags]) => [place.slice(name.length + 1), tags]))
    source.publish(profile, document as object, { environment: `${application}/${environment}` })
  }

  function breakDocument({ how, ...target }: Extract<Step, { readonly do: 'break' }>): void {
    const { application, environment, profile, section } = target
    broken.add(documentOf(placeOf(target)))
    const refused = section === undefined ? { refused: true } : { [section]: { refused: true } }
    source.publish(profile, how === 'refused' ? refused : '{"k0":', {
      environment: `${application}/${environment}`,
    })
  }

  function remove(target: Target): void {
    const name = documentOf(placeOf(target))
    broken.delete(name)
    for (const place of [...served.keys()]) if (documentOf(place) === name) served.delete(place)
    source.remove(target.profile, { environment: `${target.application}/${target.environment}` })
  }

  async function happen(step: Step): Promise<void> {
    if (step.do === 'deploy') {
      version++
      const place = placeOf(step)
      served.set(place, Object.fromEntries(step.keys.map((key) => [key, `${place}@${version}`])))
      publish(step)
    }
    if (step.do === 'break') breakDocument(step)
    if (step.do === 'remove') remove(step)
    if (step.do === 'time') clock.advance(step.seconds * 1000)
    if (step.do === 'outage') {
      isOut = step.on
      if (!isOut) startedOut.clear()
      source.failWith(isOut ? new Error('outage') : undefined)
    }
    if (step.do === 'restart') {
      await clients.get(step.application)?.close()
      if (isOut) startedOut.add(step.application)
      start(step.application)
    }
  }

  async function request({ application, tenant, country }: Asked): Promise<void> {
    const client = clients.get(application) as AppConfigClient<unknown>
    const places = placesOf(shape, application, tenant)
    const isBroken = places.some((place) => broken.has(documentOf(place)))
    // What a request claims to be is not what it is.
    const claimed = { tenantId: 'pro', tier: 'pro' }
    const context = { ...(tenant && claimed), ...(country !== undefined && { country }) }
    const who = `${JSON.stringify(tenant)} of ${application}`
    let config: object
    try {
      config = (await client.resolve(tenant, { context })) as object
    } catch (error) {
      const { code } = error as { readonly code?: string }
      if (!isServable(shape, tenant) && code === 'TENANT_ID_INVALID') return
      if ((isOut || isBroken) && code === 'CONFIG_UNAVAILABLE') return
      throw new Error(`${who} is not served: ${code}`, { cause: error })
    }
    if (!isServable(shape, tenant)) throw new Error(`${who} is served`)
    const seen = [variantOf(config as never, 'who'), variantOf(config as never, 'where')].join(', ')
    const expected = `${nameOf(tenant)}, ${country ?? 'nowhere'}`
    if (seen !== expected) throw new Error(`${who} is taken for ${seen} instead of ${expected}`)
    const { who: _who, where: _where, ...tags } = config as Record<string, string>
    for (const [key, tag] of Object.entries(tags)) {
      const [from = ''] = String(tag).split('@')
      if (!KEYS.includes(key) || !places.includes(from)) throw new Error(`${who} sees ${key} of ${from}`)
    }
    if (startedOut.has(application) && Object.keys(tags).length > 0) servedFromBackup++
    // While AppConfig is out or a version is broken, old is fine; otherwise it must be the newest of the right layer.
    if (isOut || isBroken) return
    for (const key of KEYS) {
      const newest = places.map((place) => served.get(place)?.[key]).find((tag) => tag !== undefined)
      if (tags[key] !== newest) throw new Error(`${who} sees ${tags[key]} for ${key} instead of ${newest}`)
    }
  }

  return {
    get servedFromBackup() {
      return servedFromBackup
    },
    async take(step) {
      await happen(step)
      // Every push is answered within a few turns of the event loop.
      for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve))
      if (step.do === 'request') await Promise.all(step.requests.map(request))
    },
    async close() {
      isOver = true
      for (const client of clients.values()) await client.close()
    },
  }
}

function placeOf({ application, environment, profile, section }: Target): Place {
  const name = `${application}/${environment}/${profile}`
  return section === undefined ? name : `${name}#${section}`
}
