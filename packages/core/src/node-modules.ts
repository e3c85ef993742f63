/**
 * Modules of Node, loaded at their first use.
 *
 * An import of `node:fs` at the top of a file would keep this package from being bundled, or even loaded, where a
 * runtime has no such module, although only the `files` source needs it. So no file that an application loads
 * imports a module of Node; each is asked for where it is used. Workers of Cloudflare answer with `nodejs_compat`.
 *
 * @module
 */
import { WiringError } from './errors.ts'

interface NodeModules {
  readonly async_hooks: typeof import('node:async_hooks')
  readonly buffer: typeof import('node:buffer')
  readonly crypto: typeof import('node:crypto')
  readonly fs: typeof import('node:fs')
  readonly http: typeof import('node:http')
  readonly https: typeof import('node:https')
  readonly path: typeof import('node:path')
  readonly util: typeof import('node:util')
  readonly worker_threads: typeof import('node:worker_threads')
}

/**
 * A module of Node.
 *
 * @throws {WiringError} `RUNTIME_UNSUPPORTED` where the runtime has none.
 */
export function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] {
  const found = nodeModuleIfAny(name)
  if (found === undefined)
    throw new WiringError(
      'RUNTIME_UNSUPPORTED',
      `this runtime has no node:${name}. Run the code in Node 20.19 or newer, or in a runtime that answers process.getBuiltinModule('node:${name}'), such as workerd with the compatibility flag nodejs_compat`,
    )
  return found
}

/** A module of Node; undefined where the runtime has none. */
export function nodeModuleIfAny<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  // `process` itself may be missing.
  const found = typeof process === 'object' ? process.getBuiltinModule?.(`node:${name}`) : undefined
  return found as NodeModules[Name] | undefined
}

/**
 * What every client needs of its runtime: better missed when it is made than at its first poll.
 *
 * @throws {WiringError} `RUNTIME_UNSUPPORTED`.
 */
export function checkRuntime(): void {
  nodeModule('crypto')
}
