/**
 * The type of configurations, declared once for a whole program.
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

/** The type that was registered, read-only; without one, any keys with JSON values. */
export type RegisteredConfig = AppConfigKit.Register extends { config: infer Config }
  ? DeepReadonly<Config>
  : { readonly [key: string]: JsonValue | undefined }

/**
 * The configuration a schema describes: its input type, because the schema validates and converts nothing.
 */
export type ConfigOf<Schema extends StandardSchemaV1 | undefined> = Schema extends StandardSchemaV1
  ? DeepReadonly<StandardSchemaV1.InferInput<Schema>>
  : RegisteredConfig

/** `T` read-only all the way down, as configurations are frozen. */
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
 * The names of a flag's variants, if its type lists them: `{ enabled: boolean, _variant?: 'control' |
 * 'oneClick' }`.
 */
export type VariantName<Flag, Config = RegisteredConfig> = Flag extends keyof Config
  ? string extends VariantOf<NonNullable<Config[Flag]>>
    ? string
    : VariantOf<NonNullable<Config[Flag]>>
  : string

/** For each part of a union; `string` if a part lists none. */
type VariantOf<Value> = Value extends { readonly _variant?: infer Variant }
  ? unknown extends Variant
    ? string
    : Extract<Variant, string>
  : string
