/**
 * `appconfig-kit validate`: checks whether AppConfig and the libraries accept documents.
 *
 * @module
 */
import type { Command } from 'commander'
import type { CommandModule } from '../command.ts'
import type { FoundProblem } from '../documents/judge-file.ts'
import { EXIT } from '../exit-codes.ts'
import { type Io, printJson, printLine } from '../io.ts'
import { problemLine } from '../printing/problem-line.ts'

interface ValidateOptions {
  readonly schema?: string
  readonly any?: true
  readonly json?: true
}

/** The command `validate`. */
export const validateCommand: CommandModule = {
  name: 'validate',
  summary: 'check flags documents, and other documents against a JSON Schema',
  declare(command) {
    command
      .argument('<file...>', 'what to check: JSON or YAML')
      .option('--schema <file>', 'a JSON Schema of draft 4 for the documents that are not flags documents')
      .option('--any', 'take lists and texts, too: documents that are no layer of a configuration')
      .option('--json', 'print JSON, one object a problem')
      .addHelpText('after', HELP)
  },
  run,
}

async function run(command: Command, io: Io): Promise<number> {
  const { schema, any, json } = command.opts<ValidateOptions>()
  const { compileSchema } = await import('../documents/schema-problems.ts')
  const { judgeFile } = await import('../documents/judge-file.ts')
  const { requireDocument } = await import('../documents/read-document.ts')
  const compiled = schema === undefined ? undefined : compileSchema(await requireDocument(schema), schema)
  const files = command.args
  const options = { schema: compiled, any: any === true }
  const judged = await Promise.all(files.map((file) => judgeFile(file, options)))
  // Problems of the schema come first: they explain why it does not find others.
  const all: FoundProblem[] = [
    ...(compiled?.problems ?? []).map((problem) => ({ file: schema ?? '', problem, lines: [] })),
    ...judged.flat(),
  ]
  for (const { file, problem, lines } of all) {
    if (json) printJson(io.stdout, { file, ...problem })
    else for (const line of [problemLine(file, problem), ...lines]) printLine(io.stdout, line)
  }
  if (all.length > 0) return EXIT.failed
  if (!json)
    printLine(
      io.stdout,
      files.length === 1 ? `${files[0]} is valid.` : `All ${files.length} files are valid.`,
    )
  return EXIT.ok
}

const HELP = `
What a client would refuse is a problem: a file is read as clients read what is deployed. A flags
document (version, flags, values) is checked as AppConfig's feature flags: keys, attributes against
the constraints of their definitions, variants and their rules; an arrow shows the spot in a rule.
Any other document may hold flags with variants too. A key that is there twice is a problem, though
clients take the last. A word of the schema that draft 4 does not know, such as const or if, is a
problem: AppConfig ignores it. Each problem is a line, FILE:LINE:COLUMN: place: problem, with the
line of the file below it.

Exit codes: 0 no problem, 1 problems, 2 a file or the schema cannot be read.

  appconfig-kit validate flags.json limits.yaml --schema limits.schema.json`
