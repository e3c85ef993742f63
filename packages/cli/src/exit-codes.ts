/**
 * The exit codes of the command. Scripts rely on them: a code never changes its meaning.
 *
 * @module
 */

/** Exit codes by name; `docs/cli.md` lists them, and a test compares. */
export const EXIT = {
  /** Done; with `--watch`: the deployment is complete. */
  ok: 0,
  /** The watched deployment was rolled back, stopped or reverted, or a rollout was taken back; `validate`, `diff`, `types --check`, `lint` or `rollout plan` found something; or something failed that has no code of its own. */
  failed: 1,
  /** Wrong arguments, or a file that cannot be deployed; `init`: a file is there already. */
  usage: 2,
  /** Another deployment is in progress in the environment, or the version label stands for other content. */
  conflict: 3,
  /** No application, environment, profile, strategy or deployment of that name. */
  notFound: 4,
  /** AppConfig refused: a validator, a limit, or a deployment that is not in a state for it. */
  refused: 5,
  /** AppConfig could not be asked: network, credentials, permissions, throttling. */
  unavailable: 6,
  /** A rollout goes on later: it soaks, holds, or was told to take one step. */
  waits: 7,
  /** Not every cell of a rollout could be taken back. */
  notTakenBack: 8,
  /** Ctrl-C. A deployment that was being watched goes on. */
  interrupted: 130,
} as const

/** The name of an exit code. */
export type ExitName = keyof typeof EXIT
