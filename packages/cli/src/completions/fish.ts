/**
 * Completions for fish.
 *
 * @module
 */
import type { DescribedCommand, DescribedOption } from './described-command.ts'

/** A script to put into `~/.config/fish/completions`. */
export function fishCompletions(commands: readonly DescribedCommand[]): string {
  const names = [...commands.map(({ name }) => name), 'help'].join(' ')
  const first = `complete -c appconfig-kit -n 'not __fish_seen_subcommand_from ${names}'`
  return [
    '# Completions of appconfig-kit for fish.',
    'complete -c appconfig-kit -f',
    ...commands.map(({ name, summary }) => `${first} -a ${name} -d ${quoted(summary)}`),
    `${first} -a help -d 'the same as COMMAND --help'`,
    `${first} -s h -l help -d 'display help'`,
    `${first} -s V -l version -d 'output the version number'`,
    `complete -c appconfig-kit -n '__fish_seen_subcommand_from help' -a ${quoted(commands.map(({ name }) => name).join(' '))}`,
    ...commands.flatMap(linesOf),
    '',
  ].join('\n')
}

function linesOf({ name, actions, takesFiles, options }: DescribedCommand): readonly string[] {
  const here = `__fish_seen_subcommand_from ${name}`
  const start = `complete -c appconfig-kit -n '${here}'`
  const words = actions.join(' ')
  return [
    ...(takesFiles ? [`${start} -F`] : []),
    ...(words === ''
      ? []
      : [
          `complete -c appconfig-kit -n '${here}; and not __fish_seen_subcommand_from ${words}' -f -a ${quoted(words)}`,
        ]),
    ...options.map((option) => `${start} ${partsOf(option).join(' ')}`),
  ]
}

function partsOf({ long, short, summary, value }: DescribedOption): readonly string[] {
  const values = { none: [], any: ['-x'], file: ['-r', '-F'] }
  return [
    ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
    `-l ${long.slice(2)}`,
    ...(typeof value === 'string' ? values[value] : ['-x', `-a ${quoted(value.join(' '))}`]),
    `-d ${quoted(summary)}`,
  ]
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
