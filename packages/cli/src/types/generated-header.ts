/**
 * The header of generated modules, by which they are recognised.
 *
 * It imports nothing, so every module can import it.
 *
 * @module
 */

/** The beginning of the first line of every module of `appconfig-kit types`. */
export const GENERATED_HEADER = '// Made by appconfig-kit types'
