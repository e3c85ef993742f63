/**
 * What a plan must not hold, and why.
 *
 * @module
 */

const GIVEN_BY_THE_RUN =
  'a plan is reviewed once and used for every version: give the file and --label to the run'
const DEFINED_ELSEWHERE =
  'a plan names what exists: environments, monitors, alarms, strategies and roles are defined by your infrastructure code'
const OF_THE_STRATEGY = 'percentages, steps and bake time are those of the deployment strategy'
const NO_COMMANDS = 'a plan runs nothing: whoever may propose a plan would run code with the right to deploy'
const NO_TENANTS = 'a plan goes by cells; tenants are chosen by the configuration itself'
const NO_CONDITIONS = 'a wave is never skipped: whoever reads the plan knows what it does'
const FIXED_ORDER = 'the way back is always the waves in reverse, the most important customers first'
const ALARMS_STAY = 'alarms always guard a deployment'
const NO_RETRY = 'a version that was taken back stays back: deploy the next one under another label'
const NOT_YET = 'this is not supported yet'

const REASONS: readonly (readonly [string, readonly string[]])[] = [
  [
    GIVEN_BY_THE_RUN,
    ['version', 'versions', 'label', 'versionLabel', 'configuration', 'content', 'document', 'file'],
  ],
  [DEFINED_ELSEWHERE, ['environments', 'monitors', 'alarms', 'strategies', 'roles', 'policies', 'policy']],
  [
    OF_THE_STRATEGY,
    ['percentage', 'percent', 'percentages', 'steps', 'step', 'growth', 'growthFactor', 'bake'],
  ],
  [
    NO_COMMANDS,
    [
      'run',
      'command',
      'commands',
      'script',
      'scripts',
      'exec',
      'hook',
      'hooks',
      'webhook',
      'webhooks',
      'plugins',
    ],
  ],
  [NO_TENANTS, ['tenant', 'tenants', 'customers']],
  [NO_CONDITIONS, ['if', 'when', 'unless', 'skip', 'condition', 'conditions', 'only']],
  [FIXED_ORDER, ['order', 'backOrder', 'takeBackOrder', 'takeBack']],
  [ALARMS_STAY, ['ignoreAlarms', 'disableAlarms', 'skipAlarms', 'force']],
  [NO_RETRY, ['retry', 'retries', 'attempts']],
  [NOT_YET, ['window', 'windows', 'region', 'role']],
]

/** Why a plan has no such member; undefined for a word that means nothing. */
export function reasonAgainst(member: string): string | undefined {
  return REASONS.find(([, members]) => members.includes(member))?.[0]
}

const OPS = /(^|[-_/.])ops$/i
const TEMPLATE = /\$\{|\{\{|<%/

/** Why a text cannot stand in a plan; undefined for one that can. */
export function reasonAgainstText(text: string): string | undefined {
  return TEMPLATE.test(text) ? 'must not be a template: a plan says what it means' : undefined
}

/** Why an environment cannot be a cell; undefined for one that can. */
export function reasonAgainstEnvironment(environment: string): string | undefined {
  return OPS.test(environment)
    ? 'must not be an ops environment: a deployment in progress, bake included, would block its kill switch'
    : undefined
}
