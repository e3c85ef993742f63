/**
 * What a rollout would meet, found before it begins.
 *
 * @module
 */
import { controlPlaneOf } from './appconfig/control-plane.ts'
import { meaningOf, reasonOf } from './appconfig/failures.ts'
import { guardsOf, nameAlarms } from './appconfig/monitors.ts'
import { findStrategy } from './appconfig/names.ts'
import type { Ports } from './appconfig/ports.ts'
import type { Cell } from './cells/decision.ts'
import { versionName } from './cells/deployment.ts'
import type { Finding } from './finding.ts'
import { view } from './look.ts'
import type { Plan } from './plan/plan.ts'
import { preflightGate } from './preflight-gate.ts'

/** Label that no version has: whoever looks for it sees the cells without any rollout. */
const NO_LABEL = ''

/**
 * Looks at every name, environment, strategy and alarm of a plan. Changes nothing and never rejects for what
 * AppConfig answers.
 */
export async function preflight(plan: Plan, ports: Ports): Promise<readonly Finding[]> {
  const { cells, ids } = await view(plan, NO_LABEL, ports)
  const plane = controlPlaneOf(ports)
  const findings: Finding[] = []
  for (const [index, wave] of plan.waves.entries()) {
    findings.push(
      ...(await attempted(wave.name, async () => {
        const { durationMinutes, bakeMinutes } = await findStrategy(plane, wave.strategy)
        const text = `grows for ${durationMinutes} min and bakes for ${bakeMinutes} min (${wave.strategy})`
        const ungated = plan.gate && durationMinutes === 0 ? ': too fast for the gate to compare' : ''
        return [{ where: wave.name, level: 'note', text: text + ungated }]
      })),
    )
    for (const cell of cells.filter((each) => each.wave === index)) {
      const where = cell.plan.name
      findings.push(...findingsOfState(cell))
      const known = ids.get(where)
      if (known === undefined) continue
      const guards = () =>
        guardsOf(plane, known, ports).then((found) => findingsOfGuards(where, found, plan, ports))
      findings.push(...(await attempted(where, guards)))
    }
  }
  return [...findings, ...(await preflightGate(plan, cells, ports))]
}

async function attempted(
  where: string,
  find: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await find()
  } catch (error) {
    meaningOf(error)
    return [{ where, level: 'refuse', text: `cannot be looked at: ${reasonOf(error)}` }]
  }
}

function findingsOfState({ plan: { name: where }, state }: Cell): readonly Finding[] {
  switch (state.kind) {
    case 'unknown':
      return [{ where, level: 'refuse', text: `cannot be looked at: ${state.reason}` }]
    case 'busy': {
      const { number, profile } = state.by
      const text = `is busy: deployment ${number}, ${versionName(state.by)} of ${profile}, is ${state.by.state}`
      return [{ where, level: 'warn', text }]
    }
    case 'to-do': {
      if (state.before) return [{ where, level: 'note', text: `has ${versionName(state.before)}` }]
      return [{ where, level: 'warn', text: 'has no version to go back to: this would be its first' }]
    }
    default:
      return []
  }
}

function findingsOfGuards(
  where: string,
  { count, firing, disabled }: Awaited<ReturnType<typeof guardsOf>>,
  { gate }: Plan,
  { alarms }: Ports,
): readonly Finding[] {
  if (count === 0) {
    const text =
      gate === undefined
        ? 'is guarded by nothing: its environment has no monitor'
        : 'is guarded by the gate alone, and only while something steps: its environment has no monitor'
    return [{ where, level: 'warn', text }]
  }
  const findings: Finding[] = []
  if (alarms === undefined) {
    const text = `has ${count} alarm(s), which were not looked at: one in ALARM or INSUFFICIENT_DATA would roll back at once`
    findings.push({ where, level: 'warn', text })
  }
  if (firing.length > 0) {
    findings.push({
      where,
      level: 'refuse',
      text: `would be rolled back at once: alarm ${nameAlarms(firing)}`,
    })
  }
  if (disabled.length > 0) {
    const text = `will not be rolled back for alarms whose actions are disabled: ${nameAlarms(disabled)}`
    findings.push({ where, level: 'warn', text })
  }
  return findings
}
