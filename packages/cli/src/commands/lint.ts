/**
 * `appconfig-kit lint`: findings that are valid but surely not meant.
 *
 * @module
 */
import { type Command, InvalidArgumentError } from 'commander'
import type { CommandModule } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import { type Io, printJson, printLine } from '../io.ts'
import { problemLine } from '../printing/problem-line.ts'

interface LintOptions {
  readonly code?: readonly string[]
  readonly ext?: readonly string[]
  readonly stale?: true
  readonly json?: true
}

/** The command `lint`. */
export const lintCommand: CommandModule = {
  name: 'lint',
  summary: 'find what is valid but surely not meant',
  declare(command) {
    command
      .argument('<file...>', 'documents with flags: JSON or YAML')
      .option('--code <folder...>', 'source code: flags that it does not mention are found')
      .option(
        '--ext <list>',
        'with --code, only files such as ts,ejs,html (default: every text)',
        readExtensions,
      )
      .option('--stale', 'with --code, also where it asks for flags that are the same for all')
      .option('--json', 'print JSON, one object a finding')
      .addHelpText('after', HELP)
  },
  run,
}

async function run(command: Command, io: Io): Promise<number> {
  const { code, ext, stale = false, json } = command.opts<LintOptions>()
  const { lintFiles } = await import('../lint/lint-files.ts')
  const { readSources } = await import('../lint/source-files.ts')
  const files = command.args
  if (ext && !code) throw new CliError('usage', 'With --ext, give the folders of the code by --code.')
  if (stale && !code) throw new CliError('usage', 'With --stale, give the folders of the code by --code.')
  const sources = code && readSources(code, { extensions: ext, except: files })
  const findings = await lintFiles(files, { now: io.now(), sources, stale })
  for (const finding of findings) {
    if (json) printJson(io.stdout, finding)
    else printLine(io.stdout, `${problemLine(finding.file, finding)} (${finding.check})`)
  }
  if (findings.length > 0) return EXIT.failed
  if (!json)
    printLine(io.stdout, `Nothing found in ${files.length === 1 ? files[0] : `${files.length} files`}.`)
  return EXIT.ok
}

/** Reads `ejs,html`, with or without dots. */
function readExtensions(text: string): readonly string[] {
  const extensions = text.split(',').map((each) => each.trim().replace(/^\./, ''))
  if (extensions.every((each) => /^[^\s/\\]+$/.test(each))) return extensions
  throw new InvalidArgumentError('It takes extensions such as ts,ejs,html.')
}

const HELP = `
Variants that no context can get, splits that match nobody, flags past the date of their
deprecation, keys that are there twice, integers too large for JavaScript, words and numbers such
as yes and 0755, which the versions of YAML read differently, and, with --code, flags that no text
below these folders mentions, and where these decide by a flag that was to be gone, with the side
to keep if it is on, or off, for everybody in all files given. A document that is not valid is for
validate first. Each finding is a line of its own: FILE:LINE:COLUMN: place: problem (check).

Exit codes: 0 nothing found, 1 findings, 2 a file or folder cannot be read.

  appconfig-kit lint flags.json --code src`
