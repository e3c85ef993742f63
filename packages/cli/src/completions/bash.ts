/**
 * Completions for bash 3.2 and newer.
 *
 * @module
 */
import type { DescribedCommand, DescribedOption } from './described-command.ts'

/**
 * A script that defines and registers the completions. Where nothing is listed, bash offers files: there is no other
 * way to have it quote their names, in the old versions too.
 */
export function bashCompletions(commands: readonly DescribedCommand[]): string {
  const names = [...commands.map(({ name }) => name), 'help', '--help', '--version']
  return `# Completions of appconfig-kit for bash.
_appconfig_kit() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} words=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${names.join(' ')}'
  else
    case \${COMP_WORDS[1]} in
${commands.map(branchOf).join('\n')}
      help) words='${commands.map(({ name }) => name).join(' ')}' ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _appconfig_kit appconfig-kit
`
}

function branchOf({ name, actions, options }: DescribedCommand): string {
  const valued = options.filter(({ value }) => value !== 'none')
  const listed = valued.filter(({ value }) => Array.isArray(value))
  const others = valued.filter((option) => !listed.includes(option))
  const branches = [
    ...listed.map(
      (option) => `${patternOf([option])}) words='${(option.value as readonly string[]).join(' ')}' ;;`,
    ),
    // Its value is a file, or nobody knows what.
    ...(others.length > 0 ? [`${patternOf(others)}) ;;`] : []),
    `*) case $current in -*) words='${options.map(({ long }) => long).join(' ')}' ;;`,
    ...(actions.length > 0
      ? [`*) if [ "$COMP_CWORD" -eq 2 ]; then words='${actions.join(' ')}'; fi ;;`]
      : []),
    'esac ;;',
  ]
  return `      ${name})
        case $previous in
${branches.map((branch) => `          ${branch}`).join('\n')}
        esac ;;`
}

function patternOf(options: readonly DescribedOption[]): string {
  return options.flatMap(({ long, short }) => [...(short === undefined ? [] : [short]), long]).join(' | ')
}
