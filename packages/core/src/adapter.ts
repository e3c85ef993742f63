/**
 * What an adapter is made of: for authors of one, not for applications.
 *
 * An adapter reads its options with {@link configureRequests}, calls `configFor` for each request
 * before its handlers, and puts the result where its framework's users look for it. Flags are
 * asked for with {@link isEnabledFor}.
 *
 * @module
 */
export { quoted } from './errors.ts'
export {
  type AdapterOptions,
  checkGate,
  configureRequests,
  flagOff,
  isEnabledFor,
  type RequestConfigurator,
  type RequestOptions,
  type ResolvedTenant,
  requestConfig,
} from './request/request-config.ts'
