/**
 * A process of its own that takes a version through the waves, as a job of a pipeline would:
 *
 *     node dist/driver.mjs PLAN LABEL CONTENT APPCONFIG METRICS SPEED
 *
 * It keeps nothing: killed at any moment and started again, it goes on. It prints a line of JSON for each step that
 * did or found something, and the outcome last.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CountsSource, describeJudgement, readPlan, run, type Step } from '@appconfig-kit/rollout'
import { AppConfigClient } from '@aws-sdk/client-appconfig'

/** What the driver prints, a line each. */
export interface Told {
  readonly outcome: Step['outcome']
  readonly did: string | undefined
  readonly why: string
  /** By cell: what the gate says. */
  readonly gate: Readonly<Record<string, string>>
}

const [planFile = '', label = '', content = '', endpoint = '', metrics = '', speed = ''] =
  process.argv.slice(2)
const plan = await readPlan(readFileSync(planFile), planFile)
const startedAtMs = performance.now()
const storysMs = (await (await fetch(`${metrics}/now`)).json()) as number

const counts: CountsSource = async (query, signal) => {
  const response = await fetch(`${metrics}/counts`, { method: 'POST', body: JSON.stringify(query), signal })
  if (!response.ok) throw new Error(`the metrics answered ${response.status}`)
  return (await response.json()) as Awaited<ReturnType<CountsSource>>
}
const client = new AppConfigClient({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})
const end = await run(
  plan,
  label,
  { bytes: Buffer.from(content), contentType: 'application/json' },
  { client, counts, now: () => storysMs + (performance.now() - startedAtMs) * Number(speed) },
  { wait: (ms) => sleep(ms / Number(speed)), pollMs: 30_000, onStep: tell },
)
client.destroy()
process.exitCode = end.outcome === 'complete' ? 0 : 1

function tell({ outcome, did, why, judged }: Step): void {
  const gate = Object.fromEntries(judged.map((each) => [each.cell.plan.name, describeJudgement(each)]))
  const told: Told = { outcome, did, why, gate }
  process.stdout.write(`${JSON.stringify(told)}\n`)
}
