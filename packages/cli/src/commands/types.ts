/**
 * `appconfig-kit types`: the TypeScript types of a configuration.
 *
 * @module
 */
import { type Command, InvalidArgumentError } from 'commander'
import type { CommandModule } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import { type Io, printLine } from '../io.ts'

interface TypesOptions {
  readonly out?: string
  readonly check?: true
  readonly name: string
  readonly register: boolean
}

/** The command `types`. */
export const typesCommand: CommandModule = {
  name: 'types',
  summary: 'make TypeScript types of flags documents, JSON Schemas and other documents',
  declare(command) {
    command
      .argument('<file...>', 'what to make types of: JSON or YAML; layers, the lowest first')
      .option('-o, --out <file>', 'where to write them (default: stdout)')
      .option('--check', 'write nothing; exit code 1 if --out is not what would be written')
      .option('--name <name>', "the interface's name", readName, 'Config')
      .option('--no-register', 'leave out that this types req.config and flags')
      .addHelpText('after', HELP)
  },
  run,
}

async function run(command: Command, io: Io): Promise<number> {
  const { out, check, name, register } = command.opts<TypesOptions>()
  if (check && out === undefined) throw new CliError('usage', '--check takes --out: the file to look at.')
  const { makeTypes } = await import('../types/make-types.ts')
  const { isWritten, writeTypes } = await import('../types/write-types.ts')
  const text = await makeTypes(command.args, { name, register })
  if (out === undefined) io.stdout.write(text)
  else if (!check) writeTypes(out, text)
  else if (!isWritten(out, text)) {
    printLine(io.stdout, `${out} is not what would be written: run the same without --check.`)
    return EXIT.failed
  }
  return EXIT.ok
}

/** With a capital, so that it is no word of TypeScript; `Register` is the library's own. */
function readName(text: string): string {
  if (!/^[A-Z][A-Za-z\d_$]*$/.test(text) || text === 'Register')
    throw new InvalidArgumentError("It takes a type's name such as Config.")
  return text
}

const HELP = `
A flags document (version, flags, values) is typed as AppConfig serves it: attributes only while the
flag is on, variants by name. A JSON Schema (draft 4) gives the types it describes. Of any other
document the values tell the types. Several files are layers of one configuration, the lowest first.

Exit codes: 0 done, 1 --out is not what would be written, 2 wrong arguments, or a file is wrong.

  appconfig-kit types flags.json limits.yaml --out src/config-types.ts`
