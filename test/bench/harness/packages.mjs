/**
 * The packages under test, out of the checkout that `APPCONFIG_KIT_ROOT` names, or out of this one: so that one
 * bench can measure two commits.
 *
 * @module
 */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

export const ROOT = process.env['APPCONFIG_KIT_ROOT']
  ? pathToFileURL(`${process.env['APPCONFIG_KIT_ROOT']}/`)
  : new URL('../../../', import.meta.url)

/** `load('core')`, `load('core', 'adapter')`: what `import` of the built package would answer. */
export function load(name, door = 'index') {
  return import(new URL(`packages/${name}/dist/${door}.mjs`, ROOT).href)
}

/**
 * Where a package of ours finds one it depends on. Nest knows its parts by identity: the application and the
 * adapter must have the same Nest.
 */
export function dependencyOf(name, dependency) {
  const require = createRequire(new URL(`packages/${name}/package.json`, ROOT))
  return pathToFileURL(require.resolve(dependency)).href
}
