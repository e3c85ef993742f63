import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms'

/** AES-256-GCM with a data key that KMS encrypts. One data key for each process; each is decrypted once. */
export function withKms(kms: Pick<KMSClient, 'send'>, KeyId: string) {
  let newest: Promise<{ key: Uint8Array; wrapped: Uint8Array }> | undefined
  const keys = new Map<string, Uint8Array>()

  async function generate() {
    const { Plaintext, CiphertextBlob } = await kms.send(
      new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }),
    )
    if (!Plaintext || !CiphertextBlob) throw new Error('KMS gave no data key')
    return { key: Plaintext, wrapped: CiphertextBlob }
  }

  async function unwrap(wrapped: Uint8Array): Promise<Uint8Array> {
    const name = Buffer.from(wrapped).toString('base64')
    const known = keys.get(name)
    if (known) return known
    const { Plaintext } = await kms.send(new DecryptCommand({ KeyId, CiphertextBlob: wrapped }))
    if (!Plaintext) throw new Error('KMS gave no data key')
    keys.set(name, Plaintext)
    return Plaintext
  }

  return {
    async encrypt(bytes: Uint8Array): Promise<Uint8Array> {
      newest ??= generate()
      const { key, wrapped } = await newest.catch((error) => {
        newest = undefined
        throw error
      })
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const sealed = Buffer.concat([cipher.update(bytes), cipher.final()])
      const length = Buffer.alloc(2)
      length.writeUInt16BE(wrapped.length)
      return Buffer.concat([length, wrapped, iv, cipher.getAuthTag(), sealed])
    },
    async decrypt(bytes: Uint8Array): Promise<Uint8Array> {
      const end = 2 + Buffer.from(bytes.subarray(0, 2)).readUInt16BE()
      const key = await unwrap(bytes.subarray(2, end))
      const [iv, tag, sealed] = [
        bytes.subarray(end, end + 12),
        bytes.subarray(end + 12, end + 28),
        bytes.subarray(end + 28),
      ]
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
      decipher.setAuthTag(tag)
      return Buffer.concat([decipher.update(sealed), decipher.final()])
    },
  }
}
