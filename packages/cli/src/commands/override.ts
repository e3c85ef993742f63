/**
 * `appconfig-kit override sign`: an override of flags for a tester.
 *
 * @module
 */
import { Argument, type Command, Option } from 'commander'
import type { CommandModule } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { CliError } from '../failure.ts'
import { type Io, printLine } from '../io.ts'
import { readMs } from '../read-ms.ts'

const KEY_VARIABLE = 'APPCONFIG_OVERRIDE_KEY'

interface OverrideOptions {
  /** In milliseconds. */
  readonly for: number
}

/** The command `override`. */
export const overrideCommand: CommandModule = {
  name: 'override',
  summary: 'sign an override of flags, for a tester',
  declare(command) {
    command
      .addArgument(new Argument('<action>', 'what to do').choices(['sign']))
      .argument('<tenant>', 'the id of the tenant that it is for')
      .argument('<flag=value...>', 'on, off, or the name of a variant')
      .addOption(
        new Option('--for <duration>', 'how long it is valid, such as 30m or 8h')
          .argParser(readMs)
          .default(3_600_000, '1h'),
      )
      .addHelpText('after', HELP)
  },
  run,
}

async function run(command: Command, io: Io): Promise<number> {
  const validForSeconds = Math.floor(command.opts<OverrideOptions>().for / 1000)
  const [, tenant = '', ...pairs] = command.processedArgs.flat() as string[]
  const key = io.env[KEY_VARIABLE]
  // Not an argument: those are in the shell's history, and anybody's on the machine to read.
  if (key === undefined || key === '')
    throw new CliError('usage', `Set ${KEY_VARIABLE} to the secret that the API has as overrides.keys.`)
  const flags = Object.fromEntries(pairs.map(readPair))
  const { OptionsError, signOverride } = await import('@appconfig-kit/core')
  try {
    printLine(io.stdout, signOverride({ key, tenant, flags, validForSeconds, clock: io }))
  } catch (error) {
    if (error instanceof OptionsError) throw new CliError('usage', error.message)
    throw error
  }
  return EXIT.ok
}

function readPair(pair: string): readonly [flag: string, value: boolean | string] {
  const [, flag, value] = /^([^=]+)=(.+)$/.exec(pair) ?? []
  if (flag === undefined || value === undefined)
    throw new CliError('usage', `"${pair}": it takes flag=on, flag=off or flag=variant.`)
  return [flag, value === 'on' ? true : value === 'off' ? false : value]
}

const HELP = `
The secret is read from ${KEY_VARIABLE}. What is printed is sent as a header,
x-appconfig-override:

  $ appconfig-kit override sign tenant-01 featureA=on checkout=oneClick --for 2h
`
