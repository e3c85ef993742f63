/**
 * A page that shows which tenant gets which configuration, and why.
 *
 * @module
 */
export { type ConsoleRouter, consoleRouter } from './console-router.ts'
export { type ControlPlaneOptions, controlPlane } from './deployments/control-plane.ts'
export type { Deployments } from './deployments/deployments.ts'
export type { Access, ConsoleOptions } from './options.ts'
export type { RolloutCell, RolloutDeployment, RolloutLook, Rollouts } from './rollouts/rollouts.ts'
export type { DeploymentAction, ShownDeployment, ShownEvent } from './wire.ts'
