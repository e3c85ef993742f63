/**
 * The layers of a test's configuration: each is a document, read as one from AppConfig.
 *
 * @module
 */
import { systemClock } from '../clock.ts'
import { readVersion } from '../documents/read-version.ts'
import type { DocumentHealth, Version } from '../documents/version.ts'
import type { JsonObject } from '../json.ts'
import type { TenantLayer } from '../layers/tenant-layer.ts'

/** A layer, and the one version of its document. */
export interface TestLayer {
  readonly layer: TenantLayer
  readonly version: Version & { readonly value: JsonObject }
}

const PORTS = {
  source: { name: 'test' },
  maxDocumentBytes: 16_777_216,
  clock: systemClock,
}

/**
 * Makes a layer.
 *
 * @param profile names it in errors and inspections.
 * @param tenant the id of the one tenant it is for; undefined: for all.
 * @throws {DocumentError} `DOCUMENT_INVALID`, e.g. for a rule that does not compile.
 */
export function makeLayer(profile: string, document: JsonObject, tenant: string | undefined): TestLayer {
  const id = { application: 'test', environment: 'test', profile }
  const content = {
    body: new TextEncoder().encode(JSON.stringify(document)),
    contentType: 'application/json',
    versionLabel: undefined,
  }
  return {
    layer: {
      document: id,
      section: undefined,
      isWithheld: false,
      optional: false,
      pollIntervalSeconds: undefined,
      content: 'object',
      scope: tenant === undefined ? 'everyone' : 'tenant',
      isWritten: tenant === undefined,
    },
    version: readVersion(content, { id, content: 'object' }, PORTS) as TestLayer['version'],
  }
}

/** The health of a layer's document: it was read, so it is well. */
export function healthOfLayer({ layer, version }: TestLayer): DocumentHealth {
  const { versionLabel, revision, receivedAtMs } = version
  return {
    ...layer.document,
    status: 'ok',
    version: { versionLabel, revision, receivedAtMs },
    restoredFromMs: undefined,
    checkedAtMs: receivedAtMs,
    lastError: undefined,
  }
}
