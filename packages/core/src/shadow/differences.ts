/**
 * Where two answers differ: paths, never values.
 *
 * @module
 */
import type { ShadowAnswer } from './shadow-answer.ts'

/** An answer that differs everywhere needs no longer list. */
const MOST_PATHS = 50
/** Below it, values are compared whole. */
const MOST_LEVELS = 32

/**
 * The paths in which two answers differ, at most 50: `status`, `headers.content-type`, `body.items[0].price`.
 * The order of the keys of an object does not matter.
 */
export function differencesOf(old: ShadowAnswer, next: ShadowAnswer): readonly string[] {
  const paths: string[] = []
  collect('status', old.status, next.status, 0, paths)
  collect('headers', old.headers, next.headers, 0, paths)
  collect('body', old.body, next.body, 0, paths)
  return paths
}

function collect(path: string, old: unknown, next: unknown, level: number, paths: string[]): void {
  if (paths.length >= MOST_PATHS || Object.is(old, next)) return
  if (old instanceof Uint8Array || next instanceof Uint8Array || !isObject(old) || !isObject(next)) {
    if (!areSameBytes(old, next)) paths.push(path)
  } else if (Array.isArray(old) !== Array.isArray(next)) paths.push(path)
  else if (level >= MOST_LEVELS) {
    if (JSON.stringify(old) !== JSON.stringify(next)) paths.push(path)
  } else {
    for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
      const name = Array.isArray(old) ? `[${key}]` : nameOf(key)
      // A key that is missing differs from one that is null.
      if (Object.hasOwn(old, key) && Object.hasOwn(next, key))
        collect(path + name, old[key], next[key], level + 1, paths)
      else if (paths.length < MOST_PATHS) paths.push(path + name)
    }
  }
}

function nameOf(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function areSameBytes(old: unknown, next: unknown): boolean {
  return (
    old instanceof Uint8Array &&
    next instanceof Uint8Array &&
    old.length === next.length &&
    old.every((byte, at) => byte === next[at])
  )
}
