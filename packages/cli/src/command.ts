/**
 * The interface of commands.
 *
 * @module
 */
import type { Command } from 'commander'
import type { Io } from './io.ts'

/** One command: a file in `commands/` and a row in its table. */
export interface CommandModule {
  readonly name: string
  /** One line, for the list of commands. */
  readonly summary: string
  /** Adds arguments, options and help. */
  declare(command: Command): void
  /**
   * Runs it; its options are `command.opts()`.
   *
   * @returns the exit code.
   * @throws {CliError} and whatever the AWS SDK throws: `failure.ts` has words for them.
   */
  run(command: Command, io: Io): Promise<number>
}
