/**
 * The one declaration everything else in this program is typed by.
 *
 * @module
 */
export interface MyConfig {
  readonly temperature: number
  readonly model: { readonly name: string }
  readonly featureA: boolean
  readonly checkout: { readonly enabled: boolean; readonly limit: number }
  readonly newSearch?: boolean
  readonly pay: { readonly enabled: boolean; readonly _variant: 'control' | 'oneClick' }
}

declare global {
  namespace AppConfigKit {
    interface Register {
      config: MyConfig
    }
  }
}
