/**
 * `appconfig-kit validate`: whether documents are what AppConfig and the libraries take.
 *
 * @module
 */
import type { Command } from 'commander'
import type { CommandModule } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { type Io, printJson, printLine } from '../io.ts'
import { problemLine } from '../printing/problem-line.ts'

interface ValidateOptions {
  readonly schema?: string
  readonly json?: true
}

export const validateCommand: CommandModule = {
  name: 'validate',
  summary: 'check flags documents, and other documents against a JSON Schema',
  declare(command) {
    command
      .argument('<file...>', 'what to check: JSON or YAML')
      .option('--schema <file>', 'a JSON Schema of draft 4 for the documents that are not flags documents')
      .option('--json', 'print JSON, one object a problem')
      .addHelpText('after', HELP)
  },
  run,
}

async function run(command: Command, io: Io): Promise<number> {
  const { schema, json } = command.opts<ValidateOptions>()
  const { compileSchema } = await import('../documents/schema-problems.ts')
  const { flagProblems } = await import('../documents/flag-problems.ts')
  const { isAuthored, readDocument, requireDocument } = await import('../documents/read-document.ts')
  const compiled = schema === undefined ? undefined : compileSchema(requireDocument(schema), schema)
  const documents = command.args.map((file) => ({ file, ...readDocument(file) }))
  const problems = documents.flatMap(({ file, value, problem }) => {
    if (problem !== undefined) return [{ file, place: '', problem }]
    const ofSchema = compiled && !isAuthored(value) ? compiled.check(value) : []
    return [...flagProblems(value), ...ofSchema].map((each) => ({ file, ...each }))
  })
  // The schema first: what it does not say for AppConfig explains what is not found below.
  const all = [...(compiled?.problems ?? []).map((each) => ({ file: schema ?? '', ...each })), ...problems]
  for (const { file, ...each } of all) {
    if (json) printJson(io.stdout, { file, ...each })
    else printLine(io.stdout, problemLine(file, each))
  }
  if (all.length > 0) return EXIT.failed
  if (!json)
    printLine(
      io.stdout,
      documents.length === 1 ? `${documents[0]?.file} is valid.` : `All ${documents.length} files are valid.`,
    )
  return EXIT.ok
}

const HELP = `
A flags document (version, flags, values) is checked as AppConfig's feature flags: keys, attributes
against the constraints of their definitions, variants and their rules; an arrow shows the spot in a
rule. Any other document may hold flags with variants too. A word of the schema that draft 4 does
not know, such as const or if, is a problem: AppConfig ignores it. Each problem is a line of its
own: FILE: place: problem.

Exit codes: 0 no problem, 1 problems, 2 a file or the schema cannot be read.

  appconfig-kit validate flags.json limits.yaml --schema limits.schema.json`
