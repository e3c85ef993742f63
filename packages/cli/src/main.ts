/**
 * The program `appconfig-kit`.
 *
 * Promises: the exit code is one of `exit-codes.ts`; Ctrl-C and SIGTERM end every command in order,
 * a second one at once; a reader that goes away, as `head` does, is no error.
 *
 * @module
 */
import { askAt } from './ask-at.ts'
import { runCli } from './run-cli.ts'

// The SDK warns of old versions of Node, which is not for our users. Scripts read stderr, where the command
// promises one line.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort())
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  now: Date.now,
  ask: askAt(process.stdin, process.stdout, interruption.signal),
  interrupted: interruption.signal,
})
