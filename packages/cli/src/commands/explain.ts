/**
 * `appconfig-kit explain`: which variant of a flag a context gets, and why.
 *
 * @module
 */
import type { Judgement } from '@appconfig-kit/core/rules'
import type { Command } from 'commander'
import type { CommandModule } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { type Io, printJson, printLine } from '../io.ts'
import { visible } from '../printing/visible.ts'
import { type Context, readContext } from '../rules/read-context.ts'

interface ExplainOptions {
  readonly file: string
  readonly context?: Context
  readonly json?: true
}

/** The command `explain`. */
export const explainCommand: CommandModule = {
  name: 'explain',
  summary: 'say which variant of a flag a context gets, and why',
  declare(command) {
    command
      .argument('<flag>', "the flag's key")
      .requiredOption('-f, --file <file>', 'the document that holds it')
      .option('-c, --context <key=value...>', 'what rules look at', readContext)
      .option('--json', 'print JSON, one object')
      .addHelpText('after', HELP)
  },
  run,
}

async function run(command: Command, io: Io): Promise<number> {
  const { file, context = {}, json } = command.opts<ExplainOptions>()
  const { requireDocument } = await import('../documents/read-document.ts')
  const { explainFlag } = await import('../rules/explain-flag.ts')
  const document = await requireDocument(file)
  const explanation = explainFlag(command.args[0] as string, document, file, context)
  if (json) {
    printJson(io.stdout, explanation)
    return EXIT.ok
  }
  const { flag, enabled, variant, variants } = explanation
  const state = enabled ? 'on' : 'off'
  printLine(
    io.stdout,
    visible(
      variant === undefined ? `${flag}: ${state}; it has no variants` : `${flag}: ${variant}, ${state}`,
    ),
  )
  for (const each of variants) {
    printLine(io.stdout, visible(`  ${each.chosen ? '✓' : '✗'} ${each.name}: ${each.reason}`))
    if (each.rule !== undefined) printJudgement(io, each.rule, '      ')
  }
  return EXIT.ok
}

function printJudgement(io: Io, { text, truth, because, parts }: Judgement, indent: string): void {
  const mark = truth === undefined ? '?' : truth ? '✓' : '✗'
  printLine(io.stdout, visible(`${indent}${mark} ${text}${because === undefined ? '' : `   ${because}`}`))
  for (const part of parts) printJudgement(io, part, `${indent}  `)
}

const HELP = `
In a request the tenant's id and attributes are in the context by themselves; here they are given.
Inside a rule, ✓ holds, ✗ does not, and ? cannot be known: a key is not in the context, or the
values cannot be compared. true, false and numbers are read as such; x="7" is a text.

  appconfig-kit explain checkout --file flags.json --context tier=gold tenantId=acme`
