/**
 * The event `decision` of a client.
 *
 * @module
 */
import type { ConfigNotes } from '../config-notes.ts'
import type { Emitter } from '../events.ts'
import { stateOf } from '../flags/flag.ts'
import { variantNameOf } from '../flags/variant-of.ts'
import { isPlainObject } from '../json.ts'
import type { DocumentId } from '../sources/source.ts'
import { notesSeen, type Seen, valueSeen } from '../views/seen.ts'
import { isView } from '../views/view.ts'
import type { FlagDecision } from './flag-decision.ts'
import type { DecisionSettings } from './options.ts'
import { reasonSeen } from './reason.ts'
import { tenantNames, withoutTenant } from './tenant-name.ts'
import { isWatched, watched } from './watch.ts'

/**
 * What a request sees, such that its questions are told; as it is while nobody listens.
 *
 * @param tenantId undefined for a request without a tenant.
 */
export type Watching = (seen: Seen, tenantId: string | undefined) => Seen

/** The parts of a client that telling needs. */
export interface WatchingPorts {
  readonly emitter: Pick<Emitter, 'emit' | 'hasListeners'>
  readonly decisions: DecisionSettings
  /** Whether an old content is served of a document. */
  readonly isStale: (document: DocumentId) => boolean
}

type Place = Pick<FlagDecision, 'layer' | 'document' | 'version'>

const UNKNOWN: Place = { layer: undefined, document: undefined, version: undefined }
const OVERRIDE: Place = { layer: 'override', document: undefined, version: undefined }
const DEFAULTS: Place = { layer: 'defaults', document: undefined, version: undefined }

/** What is told of names that may come from a request. */
const LONGEST_NAME = 128

/** Makes what tells the decisions of requests. */
export function createWatching({ emitter, decisions, isStale }: WatchingPorts): Watching {
  const nameOf = tenantNames(decisions)
  /** A listener that asks for flags itself would be called for those, too, without end. */
  let isTelling = false

  function tell(seen: Seen, flag: string, tenantId: string | undefined): void {
    if (isTelling || !emitter.hasListeners('decision')) return
    isTelling = true
    try {
      emitter.emit('decision', decisionOf(seen, flag, tenantId))
    } finally {
      isTelling = false
    }
  }

  /** Member by member: what begins as a spread is slow to make. */
  function decisionOf(seen: Seen, flag: string, tenantId: string | undefined): FlagDecision {
    const value = valueSeen(seen, flag)
    const origin = value === undefined ? UNKNOWN : placeOf(notesSeen(seen), flag, tenantId)
    const decision: { -readonly [Member in keyof FlagDecision]: FlagDecision[Member] } = {
      flag: flag.slice(0, LONGEST_NAME),
      enabled: stateOf(value),
      variant: variantNameOf(value),
      reason: reasonSeen(seen, flag, isStale),
      layer: origin.layer,
      document: origin.document,
      version: origin.version,
      tenant: tenantId === undefined ? undefined : nameOf(tenantId),
    }
    if (decisions.values && value !== undefined) decision.value = value
    return decision
  }

  function placeOf(notes: ConfigNotes | undefined, flag: string, tenantId: string | undefined): Place {
    if (notes?.overridden?.has(flag)) return OVERRIDE
    const origin = notes?.originOf?.(flag)
    if (origin === undefined) return DEFAULTS
    const { versionLabel, revision } = origin.version
    const { application, environment, profile } = origin.layer.document
    const document =
      decisions.tenant === 'plain'
        ? { application, environment, profile }
        : withoutTenant(origin.layer, tenantId)
    return { layer: document.profile, document, version: versionLabel ?? revision }
  }

  return function watch(seen, tenantId) {
    if (!emitter.hasListeners('decision') || isWatched(seen)) return seen
    if (!isView(seen) && !isPlainObject(seen)) return seen
    return watched(seen, (of, flag) => tell(of, flag, tenantId))
  }
}
