/**
 * The format of a backup, as bytes.
 *
 * A line with the format's name, its version and the SHA-256 of what follows, and then, encrypted where the
 * options say so: a line of JSON that names the document, and its bytes as the source gave them.
 *
 * The checksum finds damage, not forgery: only encryption that authenticates does.
 *
 * @module
 */
import { messageOf } from '../errors.ts'
import { isPlainObject, type JsonObject, jsonOrUndefined } from '../json.ts'
import { kindOf } from '../realms.ts'
import { sha256 } from '../sha256.ts'
import { type DocumentId, documentKey } from '../sources/source.ts'
import type { Transform } from './options.ts'
import type { BackupRecord } from './record.ts'

/** Other versions are not read; names of backups hold it, so that versions do not overwrite each other. */
export const FORMAT_VERSION = 1

const HEAD = /^appconfig-kit-backup (\d{1,9}) ([0-9a-f]{64})\n/
const LONGEST_HEAD = 100
const NEW_LINE = 10

/** The name of a document's backup. It tells nothing of the document, and is safe for files and keys. */
export function backupName(id: DocumentId): string {
  return `${sha256(Buffer.from(documentKey(id))).slice(0, 32)}.v${FORMAT_VERSION}`
}

/** The bytes of a backup. Rejects with what `encrypt` throws. */
export async function encodeBackup(
  { id, content, confirmedAtMs }: BackupRecord,
  encrypt: Transform,
): Promise<Uint8Array> {
  const about = {
    key: documentKey(id),
    confirmedAtMs,
    content: content && {
      contentType: content.contentType,
      versionLabel: content.versionLabel,
      receivedAtMs: content.receivedAtMs,
    },
  }
  const plain = Buffer.concat([Buffer.from(`${JSON.stringify(about)}\n`), content?.body ?? NO_BYTES])
  const sealed = checkBytes(await encrypt(plain), 'encrypt')
  return Buffer.concat([Buffer.from(`appconfig-kit-backup ${FORMAT_VERSION} ${sha256(sealed)}\n`), sealed])
}

const NO_BYTES = new Uint8Array()

/**
 * The backup of a document from its bytes.
 *
 * @throws {Error} that says what is wrong with them: damaged, of another format or document, not decrypted.
 */
export async function decodeBackup(
  bytes: Uint8Array,
  id: DocumentId,
  decrypt: Transform,
): Promise<BackupRecord> {
  const head = Buffer.from(bytes.subarray(0, LONGEST_HEAD)).toString('latin1').match(HEAD)
  if (head === null) throw new Error('it is damaged, or no backup at all')
  const [line, version, checksum] = head
  if (Number(version) !== FORMAT_VERSION)
    throw new Error(`its format is version ${version}, and this code reads version ${FORMAT_VERSION}`)
  const sealed = bytes.subarray(line.length)
  if (sha256(sealed) !== checksum) throw new Error('it is damaged: its checksum is another')
  return parse(checkBytes(await decrypted(sealed, decrypt), 'decrypt'), id)
}

async function decrypted(sealed: Uint8Array, decrypt: Transform): Promise<Uint8Array> {
  try {
    return await decrypt(sealed)
  } catch (error) {
    throw new Error(`decrypt failed: ${messageOf(error)}`, { cause: error })
  }
}

function parse(plain: Uint8Array, id: DocumentId): BackupRecord {
  const end = plain.indexOf(NEW_LINE)
  const about = end === -1 ? undefined : parseObject(plain.subarray(0, end))
  const { key, confirmedAtMs, content } = about ?? {}
  if (typeof key !== 'string' || !isTime(confirmedAtMs))
    throw new Error('it can not be read. Was it encrypted, and not with these options?')
  if (key !== documentKey(id)) throw new Error('it is of another document')
  const body = plain.subarray(end + 1)
  if (content === undefined) return { id, content, confirmedAtMs }
  if (!isPlainObject(content) || !isTime(content['receivedAtMs'])) throw new Error('it can not be read')
  const { receivedAtMs } = content
  const [contentType, versionLabel] = [text(content['contentType']), text(content['versionLabel'])]
  return { id, content: { body, contentType, versionLabel, receivedAtMs }, confirmedAtMs }
}

function parseObject(line: Uint8Array): JsonObject | undefined {
  const value = jsonOrUndefined(Buffer.from(line).toString())
  return isPlainObject(value) ? value : undefined
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function checkBytes(bytes: unknown, of: string): Uint8Array {
  // By their kind: the bytes may come from another realm.
  if (kindOf(bytes) !== 'Uint8Array') throw new Error(`${of} must return a Uint8Array`)
  return bytes as Uint8Array
}
