/**
 * `appconfig-kit diff`: what differs between two documents, and for which tenants.
 *
 * @module
 */
import type { Command } from 'commander'
import type { CommandModule } from '../command.ts'
import type { Change } from '../diff/changes.ts'
import type { Effect } from '../diff/effects.ts'
import { EXIT } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import { type Io, printJson, printLine } from '../io.ts'
import { visible } from '../printing/visible.ts'
import { type Context, readContext } from '../rules/read-context.ts'

interface DiffOptions {
  readonly tenants?: string
  readonly tenant?: readonly string[]
  readonly context?: Context
  readonly json?: true
}

/** The command `diff`. */
export const diffCommand: CommandModule = {
  name: 'diff',
  summary: 'say what differs between two documents, and for which tenants',
  declare(command) {
    command
      .argument('<before>', 'a document: JSON or YAML')
      .argument('<after>', 'the other one')
      .option('--tenants <file>', 'a list of tenants: ids, or objects with id, tier, cell, attributes')
      .option('--tenant <id...>', 'tenants that are nothing but an id')
      .option('-c, --context <key=value...>', 'what rules look at besides the tenant', readContext)
      .option('--json', 'print JSON, one object a difference')
      .addHelpText('after', HELP)
  },
  run,
}

async function run(command: Command, io: Io): Promise<number> {
  const { tenants: file, tenant: ids = [], context = {}, json } = command.opts<DiffOptions>()
  const [beforeFile = '', afterFile = ''] = command.args
  const { requireDocument } = await import('../documents/read-document.ts')
  const { isPlainObject } = await import('../documents/json.ts')
  const { comparable } = await import('../diff/comparable.ts')
  const { changesBetween } = await import('../diff/changes.ts')
  const { effectsOn } = await import('../diff/effects.ts')
  const { readTenants } = await import('../diff/read-tenants.ts')
  const [before, after] = [await requireDocument(beforeFile), await requireDocument(afterFile)]
  const tenants = [...(file === undefined ? [] : await readTenants(file)), ...ids.map((id) => ({ id }))]
  if (tenants.length > 0 && !(isPlainObject(before) && isPlainObject(after)))
    throw new CliError('usage', 'With tenants, both documents have to be objects.')
  const changes = changesBetween(comparable(before), comparable(after))
  const effects = tenants.flatMap((tenant) => effectsOn(tenant, before, after, context))
  if (json) for (const each of [...changes, ...effects]) printJson(io.stdout, each)
  else {
    const lines = [...changes.map(lineOfChange), ...effects.map(lineOfEffect)]
    if (changes.length === 0) lines.push(`${beforeFile} and ${afterFile} mean the same.`)
    else if (tenants.length > 0 && effects.length === 0)
      lines.push(
        tenants.length === 1 ? 'The tenant notices nothing.' : `None of ${tenants.length} tenants notices.`,
      )
    for (const line of lines) printLine(io.stdout, visible(line))
  }
  return changes.length === 0 ? EXIT.ok : EXIT.failed
}

/** Values longer than this are cut: with `--json` they are whole. */
const LONGEST = 100

function lineOfChange({ place, before, after }: Change): string {
  const where = place === '' ? '' : `${place}: `
  if (before === undefined) return `${where}added ${short(JSON.stringify(after))}`
  if (after === undefined) return `${where}removed ${short(JSON.stringify(before))}`
  return `${where}${short(JSON.stringify(before))} -> ${short(JSON.stringify(after))}`
}

function lineOfEffect({ tenant, key, before, after }: Effect): string {
  return `${tenant}: ${key} ${short(before)} -> ${short(after)}`
}

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
}

const HELP = `
The order of keys, the format, the spacing of rules, and the times that AppConfig writes into flags
(_createdAt, _updatedAt) do not count. With tenants, both documents are evaluated as a request of
each tenant would see them: only that document, without other layers.

Exit codes: 0 no difference, 1 differences, 2 a file cannot be read.

  appconfig-kit diff flags.json next.json --tenants tenants.json`
