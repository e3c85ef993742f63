/**
 * `appconfig-kit completions`: what a shell needs to complete commands and options.
 *
 * @module
 */
import { Argument, type Command } from 'commander'
import type { CommandModule } from '../command.ts'
import { bashCompletions } from '../completions/bash.ts'
import { describeCommands } from '../completions/described-command.ts'
import { fishCompletions } from '../completions/fish.ts'
import { zshCompletions } from '../completions/zsh.ts'
import { EXIT } from '../exit-codes.ts'
import type { Io } from '../io.ts'

const SHELLS = { bash: bashCompletions, zsh: zshCompletions, fish: fishCompletions }

/** The command `completions`. */
export const completionsCommand: CommandModule = {
  name: 'completions',
  summary: 'print a script that completes commands and options in a shell',
  declare(command) {
    command
      .addArgument(new Argument('<shell>', 'which one').choices(Object.keys(SHELLS)))
      .addHelpText('after', HELP)
  },
  async run(command: Command, io: Io) {
    const [shell] = command.args as [keyof typeof SHELLS]
    io.stdout.write(SHELLS[shell](describeCommands(command.parent as Command)))
    return EXIT.ok
  },
}

const HELP = `
  bash   echo 'source <(appconfig-kit completions bash)' >> ~/.bashrc
  zsh    echo 'source <(appconfig-kit completions zsh)' >> ~/.zshrc, below compinit
  fish   appconfig-kit completions fish > ~/.config/fish/completions/appconfig-kit.fish`
