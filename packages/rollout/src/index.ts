/**
 * One version of a configuration through waves of AppConfig environments, and back.
 *
 * @module
 */
export type { Alarm, Ports } from './appconfig/ports.ts'
export { isSameContent } from './appconfig/same-content.ts'
export {
  type CellJudgement,
  describeJudgement,
  type LiveCell,
  verdictOnCell,
} from './cells/cell-judgement.ts'
export { type CellKind, type CellState, cellStateOf } from './cells/cell-state.ts'
export type { Cell, LeftCell } from './cells/decision.ts'
export { type Deployment, versionName } from './cells/deployment.ts'
export type { Content } from './content.ts'
export { type End, endOf } from './end-of.ts'
export { RolloutError, type RolloutErrorCode } from './errors.ts'
export type { Finding } from './finding.ts'
export type { CountedInterval, CountsQuery, CountsSource, VersionCounts } from './gate/counts.ts'
export { alphaOf, type Judgement, type JudgeOptions, judge, type Verdict } from './gate/judge.ts'
export { describeJudgements, judgeWatches, verdictOf } from './gate/judge-watches.ts'
export type { Counts, Look } from './gate/looks.ts'
export { judgeCells } from './judge-cells.ts'
export { look } from './look.ts'
export { newestLabel } from './newest-label.ts'
export type { Outcome, Step } from './outcome.ts'
export { durationMs } from './plan/duration.ts'
export type { CellPlan, GateFrom, GatePlan, Plan, WatchPlan, WavePlan } from './plan/plan.ts'
export { PlanError, type PlanProblem, readPlan } from './plan/read-plan.ts'
export { preflight } from './preflight.ts'
export { type RunOptions, run } from './run.ts'
export { type StepOptions, step } from './step.ts'
