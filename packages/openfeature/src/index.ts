/**
 * OpenFeature: a provider for the server SDK over a client of AppConfig.
 *
 * It answers from the configuration of the request that asks, and takes the tenant from there alone. What each
 * type of flag is in a document: docs/openfeature.md.
 *
 * @module
 */
export { AppConfigProvider, type AppConfigProviderOptions, appConfigProvider } from './provider.ts'
export { requestContext } from './request-context.ts'
