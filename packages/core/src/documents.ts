/**
 * Reading and checking documents: for authors of tools, not for applications.
 *
 * {@link readDocument} gives what a client would serve of some bytes, and all problems in them; for YAML,
 * call {@link loadParser} first. {@link admitFlags} checks flags as AppConfig does before it makes a version.
 *
 * @module
 */
export { admitFlags, type FlagAdmission } from './flags/admission/admit-flags.ts'
export type { AdmissionDetail, FlagFault } from './flags/admission/faults.ts'
export { isAuthoredFlags } from './flags/authored-document.ts'
export { isPlainObject, type JsonObject, type JsonValue } from './json.ts'
export { type Format, formatOf } from './reading/formats.ts'
export type { Locate, Position, Problem, ProblemCode } from './reading/problem.ts'
export {
  loadParser,
  notAnObject,
  type RawDocument,
  type Reading,
  type ReadOptions,
  readDocument,
} from './reading/read-document.ts'
export { duplicateKeys, inexactNumbers } from './reading/read-json.ts'
export { isExactNumber } from './reading/scan-json.ts'
