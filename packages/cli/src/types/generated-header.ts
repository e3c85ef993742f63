/**
 * How a generated module is told from one that people write.
 *
 * It imports nothing: whoever reads code may ask it.
 *
 * @module
 */

/** What the first line of every module of `appconfig-kit types` begins with. */
export const GENERATED_HEADER = '// Made by appconfig-kit types'
