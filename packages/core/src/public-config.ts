/**
 * The public part of a configuration.
 *
 * @module
 */
import { isPlainObject, ownValue } from './json.ts'

/**
 * A deep copy of the named keys of a configuration, and no others: for a browser.
 *
 * @param keys the allow-list; missing keys are left out.
 * @example
 * app.get('/config.json', (req, res) => res.json(publicConfig(req.config, ['featureA'])))
 */
export function publicConfig<Config extends object, Key extends keyof Config & string>(
  config: Config,
  keys: readonly Key[],
): Partial<Pick<Config, Key>> {
  const allowed: Record<string, unknown> = {}
  for (const key of keys) {
    const value = isPlainObject(config) ? ownValue(config, key) : undefined
    if (value !== undefined) allowed[key] = structuredClone(value)
  }
  return allowed as Partial<Pick<Config, Key>>
}
