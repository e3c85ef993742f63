/**
 * Where problems are logged: a logger of the application, or warnings of the process.
 *
 * @module
 */

/** A logger; console, pino, winston and others are such. */
export interface Logger {
  warn(text: string): void
  info(text: string): void
}

/** Logs a problem, or the end of one. Errors of a logger are dropped. */
export type TellProblem = (level: keyof Logger, code: string, text: string) => void

/** @param logger false logs nothing; undefined makes problems warnings of the process. */
export function problemTeller(logger: Logger | false | undefined): TellProblem {
  return function tellProblem(level, code, text) {
    try {
      if (logger === undefined) process.emitWarning(text, { type: 'AppConfigKitWarning', code })
      else if (logger !== false) logger[level](`[appconfig-kit] ${code}: ${text}`)
    } catch {
      // A logger's error can't be logged.
    }
  }
}
