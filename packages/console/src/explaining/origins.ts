/**
 * Which layer, in which version, a key of a configuration comes from.
 *
 * @module
 */
import type { Inspection } from '@appconfig-kit/core'

/** A layer and its version; empty where nothing is known. */
export interface Origin {
  readonly layer: string
  readonly version: string | undefined
}

/** Origins by key. */
export interface Origins {
  of(key: string): Origin
}

/** The origins that an inspection knows. */
export function originsOf({ keys, layers }: Inspection): Origins {
  const versions = new Map(
    layers.map(({ application, environment, profile, section, used }) => {
      const name = `${application}/${environment}/${profile}`
      return [
        section === undefined ? name : `${name}#${section}`,
        used && (used.versionLabel ?? used.revision),
      ] as const
    }),
  )
  /** The first known key below each: a flag's chosen variant has keys that its document has not. */
  const roots = new Map<string, string>()
  for (const [key, layer] of Object.entries(keys)) {
    for (let at = key.indexOf('.'); at >= 0; at = key.indexOf('.', at + 1)) {
      const root = key.slice(0, at)
      if (!roots.has(root)) roots.set(root, layer)
    }
  }
  return {
    of(key) {
      const layer = (Object.hasOwn(keys, key) ? keys[key] : undefined) ?? nearest(key) ?? ''
      return { layer, version: versions.get(layer) }
    },
  }

  function nearest(key: string): string | undefined {
    for (let root = key; root !== ''; root = root.slice(0, Math.max(0, root.lastIndexOf('.')))) {
      const layer = roots.get(root)
      if (layer !== undefined) return layer
    }
    return undefined
  }
}
