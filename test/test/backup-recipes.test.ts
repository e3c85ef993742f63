/** The recipes of docs/backup.md work, and are what the page shows. */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type BackupOptions,
  type BackupStore,
  createAppConfig,
  memory,
  type Source,
} from '@appconfig-kit/core'
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { withKey } from '../src/recipes/with-key.ts'
import { withKms } from '../src/recipes/with-kms.ts'
import { ROOT } from '../src/run.ts'

const DOWN: Source = { name: 'down', open: () => ({ poll: () => Promise.reject(new Error('down')) }) }
type Functions = Pick<BackupOptions, 'encrypt' | 'decrypt'>

const client = (source: Source, store: BackupStore, functions: Functions) =>
  createAppConfig({
    application: 'api',
    environment: 'prod',
    layers: ['default', 'ops'],
    source,
    logger: false,
    backup: { store, ...functions } as BackupOptions,
  })

/** What is in the store of a process that served a secret, and what a restart with those functions serves. */
async function restarted(written: Functions, read: Functions) {
  const store = new Map<string, string>()
  const first = client(memory({ default: { a: 'the secret' }, ops: {} }), store, written)
  await first.resolve('t-01')
  await first.close()
  const next = client(DOWN, store, read)
  const served = await next.resolve('t-01').catch(({ code }) => code)
  await next.close()
  return { served, stored: [...store.values()].map((text) => Buffer.from(text, 'base64').toString()).join() }
}

/** A KMS of one key: a data key is "encrypted" by remembering it. */
function fakeKms(): Pick<KMSClient, 'send'> & { calls: string[]; isDown: boolean } {
  const keys = new Map<string, Uint8Array>()
  const kms = {
    calls: [] as string[],
    isDown: false,
    async send(command: unknown) {
      if (kms.isDown) throw new Error('KMS is down')
      if (command instanceof GenerateDataKeyCommand) {
        kms.calls.push('GenerateDataKey')
        expect(command.input).toEqual({ KeyId: 'alias/backup', KeySpec: 'AES_256' })
        const [Plaintext, CiphertextBlob] = [randomBytes(32), randomBytes(184)]
        keys.set(CiphertextBlob.toString('hex'), Plaintext)
        return { Plaintext, CiphertextBlob }
      }
      if (!(command instanceof DecryptCommand)) throw new Error('not a command of the recipe')
      kms.calls.push('Decrypt')
      const Plaintext = keys.get(Buffer.from(command.input.CiphertextBlob ?? []).toString('hex'))
      if (!Plaintext) throw new Error('InvalidCiphertextException')
      return { Plaintext }
    },
  }
  return kms as never
}

describe('AES-256-GCM with a key', () => {
  it('is read with that key, and holds nothing in the clear', async () => {
    const key = createHash('sha256').update('a key').digest()
    const { served, stored } = await restarted(withKey(key), withKey(key))
    expect(served).toEqual({ a: 'the secret' })
    expect(stored).not.toMatch(/secret|default/)
  })

  it('is not read with another, nor without one', async () => {
    expect((await restarted(withKey(randomBytes(32)), withKey(randomBytes(32)))).served).toBe(
      'CONFIG_UNAVAILABLE',
    )
    expect((await restarted(withKey(randomBytes(32)), {})).served).toBe('CONFIG_UNAVAILABLE')
  })

  it('is not forged: a backup in the clear is refused', async () => {
    expect((await restarted({}, withKey(randomBytes(32)))).served).toBe('CONFIG_UNAVAILABLE')
  })
})

describe('envelope encryption with KMS', () => {
  it('is read by another process, with one call each', async () => {
    const kms = fakeKms()
    const { served, stored } = await restarted(withKms(kms, 'alias/backup'), withKms(kms, 'alias/backup'))
    expect(served).toEqual({ a: 'the secret' })
    expect(stored).not.toMatch(/secret|default/)
    expect([...new Set(kms.calls)]).toEqual(['GenerateDataKey', 'Decrypt'])
    expect(kms.calls.filter((call) => call === 'GenerateDataKey')).toHaveLength(1)
  })

  it('is not read by a KMS that has not made its key', async () => {
    const [mine, theirs] = [withKms(fakeKms(), 'alias/backup'), withKms(fakeKms(), 'alias/backup')]
    expect((await restarted(mine, theirs)).served).toBe('CONFIG_UNAVAILABLE')
  })

  it('asks again after KMS was down', async () => {
    const kms = fakeKms()
    const { encrypt, decrypt } = withKms(kms, 'alias/backup')
    kms.isDown = true
    await expect(encrypt(Buffer.from('a'))).rejects.toThrow('KMS is down')
    kms.isDown = false
    expect(Buffer.from(await decrypt(await encrypt(Buffer.from('a')))).toString()).toBe('a')
  })
})

describe('docs/backup.md', () => {
  it.each(['with-key', 'with-kms'])('shows %s as it was run here', (name) => {
    const page = readFileSync(join(ROOT, 'docs/backup.md'), 'utf8')
    const recipe = readFileSync(join(ROOT, `test/src/recipes/${name}.ts`), 'utf8')
    expect(page).toContain(`\`\`\`ts\n${recipe}\`\`\``)
  })
})
