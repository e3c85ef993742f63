/** The format of a backup: what was written is read, and nothing else is. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { backupName, decodeBackup, encodeBackup } from '../../src/backup/format.ts'
import type { BackupRecord } from '../../src/backup/record.ts'
import { asItIs, bytesOf, ID } from './backups.ts'

const record: BackupRecord = {
  id: ID,
  content: {
    body: bytesOf('{"a":1}\n\n'),
    contentType: 'application/json',
    versionLabel: 'v3',
    receivedAtMs: 1_700_000_000_000,
  },
  confirmedAtMs: 1_700_000_060_000,
}

const encoded = () => encodeBackup(record, asItIs)
const decode = (bytes: Uint8Array) => decodeBackup(bytes, ID, asItIs)

describe('a backup', () => {
  it.each<[string, BackupRecord]>([
    ['a content', record],
    ['an absent document', { ...record, content: undefined }],
    [
      'a content without type and label',
      { ...record, content: { ...record.content, contentType: undefined, versionLabel: undefined } as never },
    ],
    [
      'bytes that are no text',
      {
        ...record,
        content: { ...record.content, body: Uint8Array.from({ length: 300 }, (_, i) => i) } as never,
      },
    ],
    ['of an entity', { ...record, id: { ...ID, entity: 'tenant-01' } }],
  ])('is read as it was written: %s', async (_, each) => {
    const read = await decodeBackup(await encodeBackup(each, asItIs), each.id, asItIs)
    expect({ ...read, content: read.content && { ...read.content, body: [...read.content.body] } }).toEqual({
      ...each,
      content: each.content && { ...each.content, body: [...each.content.body] },
    })
  })

  it('is refused wherever it was cut off', async () => {
    const bytes = await encoded()
    for (let length = 0; length < bytes.length; length++)
      await expect(decode(bytes.subarray(0, length)), `${length} bytes`).rejects.toThrow('damaged')
  })

  it('is refused whichever byte is another, and whichever bit of it', async () => {
    const bytes = await encoded()
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [1, 4, 32, 128]) {
        const flipped = Uint8Array.from(bytes)
        flipped[at] = (flipped[at] as number) ^ bit
        await expect(decode(flipped), `byte ${at}, bit ${bit}`).rejects.toThrow(/damaged|version/)
      }
    }
  })

  it('is refused where something was added', async () => {
    await expect(decode(Buffer.concat([await encoded(), bytesOf('x')]))).rejects.toThrow('checksum')
  })

  it.each([0, 2, 17])('of format version %i is refused, whatever it holds', async (version) => {
    const text = Buffer.from(await encoded()).toString()
    await expect(decode(bytesOf(text.replace('backup 1 ', `backup ${version} `)))).rejects.toThrow(
      `its format is version ${version}, and this code reads version 1`,
    )
  })

  it.each([
    ['application', { ...ID, application: 'other' }],
    ['environment', { ...ID, environment: 'dev' }],
    ['profile', { ...ID, profile: 'ops' }],
    ['entity', { ...ID, entity: 'tenant-01' }],
  ])('of another %s is refused', async (_, id) => {
    await expect(decodeBackup(await encoded(), id, asItIs)).rejects.toThrow('another document')
  })

  it.each([
    ['no JSON', 'hello\n'],
    ['no line', '{"key":1}'],
    ['no object', '[]\n'],
    ['no key', '{"confirmedAtMs":1}\n'],
    ['no time', `${JSON.stringify({ key: backupKey() })}\n`],
    ['a time that is none', `${JSON.stringify({ key: backupKey(), confirmedAtMs: '1' })}\n`],
    ['a content that is none', `${JSON.stringify({ key: backupKey(), confirmedAtMs: 1, content: 7 })}\n`],
  ])('whose checksum is right, but which holds %s, is refused', async (_, inner) => {
    const checksum = createHash('sha256').update(inner).digest('hex')
    await expect(decode(bytesOf(`appconfig-kit-backup 1 ${checksum}\n${inner}`))).rejects.toThrow(
      'can not be read',
    )
  })

  it('that was encrypted is refused without decrypt, and with another', async () => {
    const mask = (key: number) => (bytes: Uint8Array) => bytes.map((byte) => byte ^ key)
    const sealed = await encodeBackup(record, mask(5))
    expect(Buffer.from(sealed).includes('"a":1')).toBe(false)
    expect((await decodeBackup(sealed, ID, mask(5))).confirmedAtMs).toBe(record.confirmedAtMs)
    await expect(decode(sealed)).rejects.toThrow('can not be read')
    await expect(decodeBackup(sealed, ID, mask(6))).rejects.toThrow('can not be read')
    await expect(
      decodeBackup(sealed, ID, () => {
        throw new Error('bad key')
      }),
    ).rejects.toThrow('decrypt failed: bad key')
  })

  it('needs bytes of encrypt and decrypt', async () => {
    await expect(encodeBackup(record, (() => 'text') as never)).rejects.toThrow(
      'encrypt must return a Uint8Array',
    )
    await expect(decodeBackup(await encoded(), ID, (() => 'text') as never)).rejects.toThrow(
      'decrypt must return a Uint8Array',
    )
  })
})

describe('the name of a backup', () => {
  it('is a document’s own, whatever its names hold, and safe for any file system', () => {
    const odd = [
      'default',
      'Default',
      '../default',
      'a/b',
      'a\\b',
      'a:b',
      '',
      ' ',
      '.',
      '..',
      'é',
      'e\u0301',
      '\u0000',
      'x'.repeat(500),
    ]
    const ids = odd.flatMap((profile) => [
      { ...ID, profile },
      { ...ID, profile, entity: 'e' },
      { ...ID, environment: profile },
      { ...ID, application: profile },
    ])
    const names = ids.map(backupName)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{32}\.v1$/)
  })
})

function backupKey(): string {
  return JSON.stringify([ID.application, ID.environment, ID.profile, null])
}
