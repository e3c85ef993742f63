/**
 * Parsing the option `backup`.
 *
 * @module
 */
import {
  type BackupOptions,
  type BackupSettings,
  type BackupStore,
  DEFAULT_MAX_AGE_SECONDS,
} from '../backup/options.ts'
import { refuseUnknownOptions } from './known-options.ts'
import { refuseUnless } from './refuse-unless.ts'

const NAMES = ['directory', 'store', 'encrypt', 'decrypt', 'maxAgeSeconds']

/** @throws {OptionsError} `OPTIONS_INVALID`. */
export function parseBackup(options: BackupOptions | undefined): BackupSettings | undefined {
  if (options === undefined) return undefined
  refuseUnknownOptions('backup', options, NAMES)
  const { directory, store, encrypt, decrypt, maxAgeSeconds = DEFAULT_MAX_AGE_SECONDS } = options
  refuseUnless(
    (directory === undefined) !== (store === undefined),
    'backup',
    'given either a directory or a store',
    options,
  )
  refuseUnless(
    directory === undefined || (typeof directory === 'string' && directory !== ''),
    'backup.directory',
    'the path of a folder',
    directory,
  )
  refuseUnless(
    store === undefined || isStore(store),
    'backup.store',
    'a Keyv, or an object with the methods get and set',
    store,
  )
  for (const [name, value] of Object.entries({ encrypt, decrypt }))
    refuseUnless(value === undefined || typeof value === 'function', `backup.${name}`, 'a function', value)
  refuseUnless(
    (encrypt === undefined) === (decrypt === undefined),
    'backup',
    'given both encrypt and decrypt, or none of them',
    options,
  )
  refuseUnless(
    Number.isInteger(maxAgeSeconds) && maxAgeSeconds >= 1,
    'backup.maxAgeSeconds',
    'a whole number of at least 1',
    maxAgeSeconds,
  )
  const asItIs = (bytes: Uint8Array): Uint8Array => bytes
  return {
    directory,
    store,
    encrypt: encrypt ?? asItIs,
    decrypt: decrypt ?? asItIs,
    maxAgeMs: maxAgeSeconds * 1000,
  }
}

function isStore(store: BackupStore): boolean {
  return (
    typeof store === 'object' &&
    store !== null &&
    typeof store.get === 'function' &&
    typeof store.set === 'function'
  )
}
