/**
 * What shells complete, asked in the shells. zsh and fish are left out where they are not installed, unless
 * APPCONFIG_KIT_SHELLS=required.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COMMANDS } from '../src/commands/index.ts'
import { runCli } from '../src/run-cli.ts'
import { memoryIo } from './memory-io.ts'

const required = process.env['APPCONFIG_KIT_SHELLS'] === 'required'
const isMissing = (shell: string) => !required && spawnSync(shell, ['--version']).status !== 0
const titleOf = (shell: string) =>
  `${shell}${isMissing(shell) ? ` (left out: ${shell} is not installed)` : ''}`

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'completions-'))
  for (const shell of ['bash', 'zsh', 'fish']) {
    const io = memoryIo()
    expect(await runCli(['completions', shell], io)).toBe(0)
    writeFileSync(join(folder, shell), io.stdout.text)
  }
  writeFileSync(join(folder, 'a document.json'), '{}')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The words that are offered for the last word of a line. */
type Ask = (line: string) => readonly string[]

const inBash: Ask = (line) => {
  const words = line.split(' ')
  const script = `source ./bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _appconfig_kit; printf '%s\\n' "\${COMPREPLY[@]}"`
  return lines(
    execFileSync('bash', ['--noprofile', '--norc', '-uc', script, 'bash', ...words], { cwd: folder }),
  )
}

const inFish: Ask = (line) => {
  const script = 'source ./fish; complete -C "$argv[1]"'
  const output = execFileSync('fish', ['--no-config', '-c', script, line], {
    cwd: folder,
    env: { ...process.env, HOME: folder },
  })
  return lines(output).map((each) => each.split('\t')[0] ?? '')
}

/** At a terminal of its own; what its completion would offer is written to a file. */
const inZsh: Ask = (line) => {
  const offered = join(folder, 'offered')
  writeFileSync(offered, '')
  writeFileSync(join(folder, '.zshrc'), ZSHRC)
  const env = { ...process.env, ZDOTDIR: folder, OFFERED: offered, TERM: 'dumb' }
  execFileSync('zsh', ['-f', '-c', AT_A_TERMINAL, 'zsh', line], { cwd: folder, env, timeout: 20_000 })
  return lines(readFileSync(offered))
}

const ZSHRC = `
autoload -Uz compinit
compinit -u -d ./dumped
source ./zsh
compadd() {
  local -a found
  builtin compadd -O found "$@"
  print -rl -- $found >> $OFFERED
  builtin compadd "$@"
}
zle-line-init() { print ready }
zle -N zle-line-init
`
const AT_A_TERMINAL = `
zmodload zsh/zpty
zpty z zsh -d -i
zpty -r z text '*ready*'
zpty -w -n z "$1"$'\\t'
zpty -w -n z $'\\x15exit\\n'
while zpty -r z text; do; done
`

function lines(output: Buffer): readonly string[] {
  return String(output).split('\n').filter(Boolean)
}

const NAMES = COMMANDS.map(({ name }) => name)

describe.each([
  ['bash', inBash],
  ['fish', inFish],
  ['zsh', inZsh],
])('%s', (shell, ask) => {
  describe.skipIf(isMissing(shell))(titleOf(shell), { timeout: 60_000 }, () => {
    it('completes commands', () => {
      expect(ask('appconfig-kit ')).toEqual(expect.arrayContaining([...NAMES, 'help']))
      expect(ask('appconfig-kit re')).toEqual(['revert'])
      expect(ask('appconfig-kit help val')).toEqual(['validate'])
    })

    it('completes options of a command, and what they may be', () => {
      expect(ask('appconfig-kit lint --s')).toEqual(['--stale'])
      expect(ask('appconfig-kit init --framework k')).toEqual(['koa'])
      expect(ask('appconfig-kit rollout pl')).toEqual(['plan'])
      expect(ask('appconfig-kit completions z')).toEqual(['zsh'])
      expect(ask('appconfig-kit deploy --stal')).toEqual([])
    })
  })
})

it('bash leaves files to itself: as arguments, and as values', () => {
  expect(inBash('appconfig-kit validate a')).toEqual([])
  expect(inBash('appconfig-kit validate --schema --a')).toEqual([])
  expect(inBash('appconfig-kit rollout plan pl')).toEqual([])
})

it.skipIf(isMissing('fish'))(
  `fish offers files where a file is wanted${isMissing('fish') ? ' (left out)' : ''}`,
  () => {
    expect(inFish('appconfig-kit validate a')).toEqual(['a document.json'])
    expect(inFish('appconfig-kit validate --schema a')).toEqual(['a document.json'])
    expect(inFish('appconfig-kit status --limit a')).toEqual([])
  },
)

it('knows every option of every command, from the definitions', async () => {
  for (const { name } of COMMANDS) {
    const io = memoryIo()
    await runCli([name, '--help'], io)
    const options = [...io.stdout.text.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option)
    expect(options.length).toBeGreaterThan(0)
    expect(inBash(`appconfig-kit ${name} --`)).toEqual(expect.arrayContaining(options))
  }
})

it('takes no other shell', async () => {
  const io = memoryIo()
  expect(await runCli(['completions', 'tcsh'], io)).toBe(2)
  expect(io.stderr.text).toContain('bash, zsh, fish')
})
