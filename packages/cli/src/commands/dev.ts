/**
 * `appconfig-kit dev`: its options. What it does is `dev/run-dev.ts`.
 *
 * @module
 */
import type { CommandModule } from '../command.ts'
import type { DevOptions } from '../dev/run-dev.ts'
import { readPositive, readWhole } from '../options.ts'

const readPort = readWhole(0, 65_535)

/** The command `dev`. */
export const devCommand: CommandModule = {
  name: 'dev',
  summary: 'run an AppConfig and its Agent on this machine, fed by a watched folder',
  declare(command) {
    command
      .option('--port <number>', "AppConfig's port; 0 picks a free one", readPort, 4100)
      .option('--agent-port <number>', "the Agent's port; 0 picks a free one", readPort, 2772)
      .option(
        '--console-port <number>',
        "the console's port; 0 picks a free one (default: the one after AppConfig's)",
        readPort,
      )
      .option('--no-console', 'without the page that shows who gets what')
      .option('--rollout <plan>', 'show the rollouts of this plan on the console, as waves')
      .option(
        '--directory <folder>',
        'application/environment/profile.json, .yaml or .yml below it',
        './appconfig',
      )
      .option('--state <folder>', 'keep versions and deployments in this folder (default: in memory)')
      .option('--strategy <name>', 'deploy changed files by this strategy (default: everybody at once)')
      .option('--speed <factor>', 'how many times as fast time passes in AppConfig', readPositive, 1)
      .option('--json', 'print JSON, one object a line')
      .addHelpText('after', HELP)
  },
  async run(command, io) {
    // Here and not above: the other commands start without a server.
    const { runDev } = await import('../dev/run-dev.ts')
    return runDev(command.opts<DevOptions>(), io)
  },
}

const HELP = `
It prints the environment variables your API and the AWS tools need. Edit a file, and it is
deployed; one that is half written or no JSON or YAML is reported and not deployed. What nothing
was deployed for yet is deployed at once, whatever the strategy. Try a rollout:

  appconfig-kit dev --strategy AppConfig.Linear50PercentEvery30Seconds --speed 10

With --speed, clients on this machine still wait real seconds between polls.
Ctrl-C ends it, with exit code 0.`
