/**
 * Child processes, as a newcomer starts them.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url))

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  /** Less the AWS SDK's own warning about old versions of Node. */
  readonly stderr: string
}

export interface Running {
  readonly process: ChildProcess
  readonly finished: Promise<Finished>
  /** Resolves with the match once the output holds it. */
  printed(pattern: RegExp): Promise<RegExpMatchArray>
  /** Its stderr so far. */
  printedErrors(): string
}

export function start(
  command: string,
  args: readonly string[],
  cwd: string = ROOT,
  env: NodeJS.ProcessEnv = {},
): Running {
  // The environment of the test runner, and of the pnpm that started it, is none of the child's business: npm would
  // take another folder for the project's, and warn of settings that it does not know.
  const {
    NODE_ENV: _NODE_ENV,
    VITEST: _VITEST,
    NODE_OPTIONS: _NODE_OPTIONS,
    npm_config_local_prefix: _npm_config_local_prefix,
    npm_config_verify_deps_before_run: _npm_config_verify_deps_before_run,
    npm_config_npm_globalconfig: _npm_config_npm_globalconfig,
    npm_config__jsr_registry: _npm_config__jsr_registry,
    ...inherited
  } = process.env
  const child = spawn(command, args, {
    cwd,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  const watchers = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    for (const watch of watchers) watch()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr: withoutSdkWarning(stderr) }))
  })
  return {
    process: child,
    finished,
    printedErrors: () => stderr,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          const match = stdout.match(pattern)
          if (match) resolve(match)
        }
        watchers.add(watch)
        watch()
        void finished.then(({ code }) =>
          reject(new Error(`ended with ${code} before it printed ${pattern}:\n${stdout}\n${stderr}`)),
        )
      }),
  }
}

export function run(
  command: string,
  args: readonly string[],
  cwd?: string,
  env?: NodeJS.ProcessEnv,
): Promise<Finished> {
  return start(command, args, cwd, env).finished
}

function withoutSdkWarning(stderr: string): string {
  return stderr
    .replace(/\(node:\d+\) (Warning: )?NodeVersionSupportWarning[\s\S]*?a\.co\/\S+\n/g, '')
    .replace(/\(Use `node --trace-warnings[^\n]*\n/g, '')
    .trim()
}
