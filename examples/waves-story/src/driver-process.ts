/**
 * The driver as the story sees it: a process that is started, may be killed, and is started again.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { VERSIONS, type Version } from './config.ts'
import type { Told } from './driver.ts'

const PROGRAM = fileURLToPath(new URL('driver.mjs', import.meta.url))
const PLAN = fileURLToPath(new URL('../rollout.yaml', import.meta.url))

export interface DriverOptions {
  readonly appConfigUrl: string
  readonly metricsUrl: string
  readonly speed: number
  readonly onStep: (told: Told) => void
  /** Whether to kill the driver now; asked after each step, and no more once it said yes. */
  readonly isDeadly?: ((told: Told) => boolean) | undefined
}

/** Drives a version to the end of its rollout. @returns the last step. */
export async function drive(version: Version, options: DriverOptions): Promise<Told> {
  const first = await start(version, options)
  return first ?? (await start(version, { ...options, isDeadly: undefined })) ?? fail(version)
}

/** @returns undefined if it was killed. */
async function start(
  version: Version,
  { appConfigUrl, metricsUrl, speed, onStep, isDeadly }: DriverOptions,
): Promise<Told | undefined> {
  const content = JSON.stringify(VERSIONS[version])
  const args = [PROGRAM, PLAN, version, content, appConfigUrl, metricsUrl, String(speed)]
  const driver = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(driver, 'exit')
  let last: Told | undefined
  for await (const line of createInterface(driver.stdout)) {
    last = JSON.parse(line) as Told
    onStep(last)
    if (isDeadly?.(last)) {
      driver.kill('SIGKILL')
      await ended
      return undefined
    }
  }
  await ended
  return last ?? fail(version)
}

function fail(version: Version): never {
  throw new Error(`the driver of ${version} ended without a step`)
}
