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
}

declare global {
  namespace AppConfigKit {
    interface Register {
      config: MyConfig
    }
  }
}
