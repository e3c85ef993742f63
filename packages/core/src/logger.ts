/**
 * Where problems are told: a logger of the application's, or the warnings of the process.
 *
 * @module
 */

/** Where problems are written to; console, pino, winston and others are such loggers. */
export interface Logger {
  warn(text: string): void
  info(text: string): void
}

/** Tells a problem, or the end of one. A logger that throws hurts nobody. */
export type TellProblem = (level: keyof Logger, code: string, text: string) => void

/** @param logger false tells nothing; without one, problems are warnings of the process. */
export function problemTeller(logger: Logger | false | undefined): TellProblem {
  return function tellProblem(level, code, text) {
    try {
      if (logger === undefined) process.emitWarning(text, { type: 'AppConfigKitWarning', code })
      else if (logger !== false) logger[level](`[appconfig-kit] ${code}: ${text}`)
    } catch {
      // Nobody to tell.
    }
  }
}
