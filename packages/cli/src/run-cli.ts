/**
 * Runs a command line: reads the arguments, runs the command, reports failures.
 *
 * What callers may rely on:
 *  1. It never throws and never exits: it answers the exit code.
 *  2. A failure is one line on stderr; with `--json`, one JSON object.
 *  3. What a command needs is loaded when that command runs, so help is quick.
 *
 * @module
 */
import { Command, CommanderError } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { COMMANDS } from './commands/index.ts'
import { EXIT } from './exit-codes.ts'
import { exitCodeOf, failureOf, oneLine } from './failure.ts'
import { type Io, printJson, printLine } from './io.ts'
import { visible } from './printing/visible.ts'

/** @returns the exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.ok
  const program = createProgram(io, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has said already what was wrong with the arguments.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    const failure = failureOf(error)
    if (args.includes('--json')) {
      printJson(io.stderr, { error: failure.exit, message: failure.message, exitCode: exitCodeOf(failure) })
    } else printLine(io.stderr, `appconfig-kit: ${failure.message}`)
    return exitCodeOf(failure)
  }
}

function createProgram(io: Io, ended: (exitCode: number) => void): Command {
  const program = new Command('appconfig-kit')
    .description('AWS AppConfig on your laptop, and deployments to any AppConfig, local or AWS.')
    .version(manifest.version)
    .helpCommand('help [command]', 'the same as COMMAND --help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: complaint('appconfig-kit --help'),
    })
    .addHelpText('after', HELP)
  for (const { name, summary, declare, run } of COMMANDS) {
    const command = program.command(name).summary(summary).description(sentence(summary))
    command.configureOutput({ outputError: complaint(`appconfig-kit ${name} --help`) })
    declare(command)
    command.action(async () => ended(await run(command, io)))
  }
  return program
}

/** Commander's complaint about the arguments, on one line, with where to look. */
function complaint(help: string): (text: string, write: (text: string) => void) => void {
  return (text, write) => {
    const problem = visible(oneLine(text.replace(/^error: /, ''))).replace(/\.$/, '')
    write(`appconfig-kit: ${problem}. See ${help}.\n`)
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

const HELP = `
Try it:
  appconfig-kit init                       writes what an Express, Fastify, Hono, Koa or Nest project needs
  appconfig-kit dev                        an AppConfig on this machine, fed by ./appconfig
  appconfig-kit deploy flags.json --application api --environment prod-01 --profile default --watch \\
      --endpoint http://127.0.0.1:4100     without --endpoint: AWS

Exit codes: 0 done, 1 failed or rolled back, 2 wrong use, 3 conflict, 4 not found, 5 refused by
AppConfig, 6 AppConfig unavailable, 7 a rollout waits, 8 not all of it taken back, 130 interrupted.`
