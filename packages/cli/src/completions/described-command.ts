/**
 * What shells are told of commands: read off the very definitions that read the arguments.
 *
 * @module
 */
import type { Command, Option } from 'commander'

/** One command. */
export interface DescribedCommand {
  readonly name: string
  readonly summary: string
  /** The words that its first argument may be; empty if it may be anything. */
  readonly actions: readonly string[]
  /** Whether any of its arguments is a file. */
  readonly takesFiles: boolean
  readonly options: readonly DescribedOption[]
}

/** One option of a command. */
export interface DescribedOption {
  /** With its dashes, as all below. */
  readonly long: string
  readonly short: string | undefined
  readonly summary: string
  readonly value: OptionValue
  /** Whether it may be given several times, or takes several values. */
  readonly isRepeatable: boolean
}

/** What follows an option: nothing, a file or folder, one of some words, or anything. */
export type OptionValue = 'none' | 'file' | 'any' | readonly string[]

/** The names of arguments that are files. */
const FILES = ['file', 'plan', 'before', 'after']

/** The commands of a program, in the order of its help. */
export function describeCommands(program: Command): readonly DescribedCommand[] {
  return program.commands.map((command) => {
    const [first] = command.registeredArguments
    return {
      name: command.name(),
      summary: command.summary(),
      actions: first?.argChoices ?? [],
      takesFiles: command.registeredArguments.some((each) => FILES.includes(each.name())),
      options: [...command.options.map(described), HELP],
    }
  })
}

const HELP: DescribedOption = {
  long: '--help',
  short: '-h',
  summary: 'display help for command',
  value: 'none',
  isRepeatable: false,
}

function described(option: Option): DescribedOption {
  return {
    long: option.long ?? `--${option.name()}`,
    short: option.short,
    summary: option.description,
    value: takenBy(option),
    isRepeatable: option.variadic,
  }
}

function takenBy({ required, optional, argChoices, flags }: Option): OptionValue {
  if (!required && !optional) return 'none'
  return argChoices ?? (/<(?:file|folder)/.test(flags) ? 'file' : 'any')
}
