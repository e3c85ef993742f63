/**
 * The table of commands, in the order of the help.
 *
 * @module
 */
import type { CommandModule } from '../command.ts'
import { completionsCommand } from './completions.ts'
import { deployCommand } from './deploy.ts'
import { devCommand } from './dev.ts'
import { diffCommand } from './diff.ts'
import { explainCommand } from './explain.ts'
import { initCommand } from './init.ts'
import { lintCommand } from './lint.ts'
import { overrideCommand } from './override.ts'
import { revertCommand } from './revert.ts'
import { rolloutCommand } from './rollout.ts'
import { statusCommand } from './status.ts'
import { stopCommand } from './stop.ts'
import { typesCommand } from './types.ts'
import { validateCommand } from './validate.ts'

/** A new command is a file here and a row. */
export const COMMANDS: readonly CommandModule[] = [
  initCommand,
  devCommand,
  deployCommand,
  statusCommand,
  stopCommand,
  revertCommand,
  rolloutCommand,
  validateCommand,
  diffCommand,
  explainCommand,
  typesCommand,
  lintCommand,
  overrideCommand,
  completionsCommand,
]
