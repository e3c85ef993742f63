/**
 * The type of a configuration, declared once for everything that gives one.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { JsonValue } from './json.ts'

declare global {
  namespace AppConfigKit {
    /**
     * Where an application declares the type of its configuration:
     *
     *     declare global { namespace AppConfigKit { interface Register { config: MyConfig } } }
     */
    interface Register {}
  }
}

/** The registered configuration, read-only as it is; without one, keys of which nothing is known. */
export type RegisteredConfig = AppConfigKit.Register extends { config: infer Config }
  ? DeepReadonly<Config>
  : { readonly [key: string]: JsonValue | undefined }

/**
 * The configuration a schema describes. Its input type: the schema judges, it converts nothing.
 */
export type ConfigOf<Schema extends StandardSchemaV1 | undefined> = Schema extends StandardSchemaV1
  ? DeepReadonly<StandardSchemaV1.InferInput<Schema>>
  : RegisteredConfig

/** Snapshots are frozen all the way down. */
export type DeepReadonly<T> = T extends (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T

type IsFlag<Value> = [Value] extends [boolean]
  ? true
  : [Value] extends [{ readonly enabled: boolean }]
    ? true
    : false

/** The keys of a configuration that are flags: booleans, and objects with `enabled`. */
export type FlagKey<Config = RegisteredConfig> = string extends keyof Config
  ? string
  : { [Key in keyof Config]-?: IsFlag<NonNullable<Config[Key]>> extends true ? Key : never }[keyof Config] &
      string

/**
 * The variants of a flag, where its type says them: `{ enabled: boolean, _variant?: 'control' | 'oneClick' }`.
 */
export type VariantName<Flag, Config = RegisteredConfig> = Flag extends keyof Config
  ? string extends VariantOf<NonNullable<Config[Flag]>>
    ? string
    : VariantOf<NonNullable<Config[Flag]>>
  : string

/** Of each part of a union; `string` where nothing is said. */
type VariantOf<Value> = Value extends { readonly _variant?: infer Variant }
  ? unknown extends Variant
    ? string
    : Extract<Variant, string>
  : string
