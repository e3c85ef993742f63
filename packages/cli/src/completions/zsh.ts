/**
 * Completions for zsh.
 *
 * @module
 */
import type { DescribedCommand, DescribedOption } from './described-command.ts'

/** A script to source, or to put as `_appconfig-kit` into a folder of `fpath`. */
export function zshCompletions(commands: readonly DescribedCommand[]): string {
  const described = commands.map(({ name, summary }) => quoted(`${name}:${summary}`))
  return `#compdef appconfig-kit
# Completions of appconfig-kit for zsh.
_appconfig_kit() {
  local curcontext=$curcontext state line
  local -A opt_args
  local -a commands=(
${[...described, quoted('help:the same as COMMAND --help')].map((each) => `    ${each}`).join('\n')}
  )
  _arguments -C '(- *)'{-h,--help}'[display help]' '(- *)'{-V,--version}'[output the version number]' \\
    '1: :->command' '*:: :->arguments'
  case $state in
    command) _describe command commands ;;
    arguments)
      case $words[1] in
${commands.map(branchOf).join('\n')}
        help) _describe command commands ;;
      esac ;;
  esac
}
if [ "$funcstack[1]" = _appconfig-kit ]; then _appconfig_kit "$@"; else compdef _appconfig_kit appconfig-kit; fi
`
}

function branchOf({ name, actions, takesFiles, options }: DescribedCommand): string {
  const specs = [
    ...options.map(specOf),
    ...(actions.length > 0 ? [`'1:what:(${actions.join(' ')})'`] : []),
    ...(takesFiles ? ["'*:file:_files'"] : []),
  ]
  return `        ${name}) _arguments -s ${specs.join(' \\\n            ')} ;;`
}

function specOf({ long, short, summary, value, isRepeatable }: DescribedOption): string {
  const names = short === undefined ? [long] : [short, long]
  const message = { none: '', any: ':value: ', file: ':file:_files' }
  const action = typeof value === 'string' ? message[value] : `:value:(${value.join(' ')})`
  const rest = quoted(`[${summary.replace(/[[\]\\]/g, '\\$&')}]${action}`)
  if (isRepeatable) return names.map((each) => `'*'${each}${rest}`).join(' ')
  return names.map((each) => `'(${names.join(' ')})'${each}${rest}`).join(' ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
