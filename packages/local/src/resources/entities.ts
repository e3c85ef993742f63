/**
 * The entities of AppConfig, with the member names of its API model.
 *
 * Members in lower case are ours and never leave the process.
 *
 * @module
 */

/** An application, as GetApplication answers it. */
export interface Application {
  readonly Id: string
  readonly Name: string
  readonly Description?: string | undefined
}

/** An alarm that rolls deployments back. */
export interface Monitor {
  readonly AlarmArn: string
  readonly AlarmRoleArn?: string | undefined
}

/** Pascal case, as on the wire; the API model's enum is upper case. */
export type EnvironmentState = 'ReadyForDeployment' | 'Deploying' | 'RolledBack' | 'Reverted'

/** An environment, with its newest deployment's number. */
export interface Environment {
  readonly ApplicationId: string
  readonly Id: string
  readonly Name: string
  readonly Description?: string | undefined
  readonly State: EnvironmentState
  readonly Monitors: readonly Monitor[]
  /** The number of its newest deployment; 0 before the first. */
  readonly latestDeployment: number
  readonly createdAtMs: number
}

/** A validator of a configuration profile. */
export interface Validator {
  readonly Type: 'JSON_SCHEMA' | 'LAMBDA'
  /** The schema's text, or the function's ARN. */
  readonly Content: string
}

/** A configuration profile, with its newest version's number. */
export interface Profile {
  readonly ApplicationId: string
  readonly Id: string
  readonly Name: string
  readonly Description?: string | undefined
  readonly LocationUri: string
  readonly RetrievalRoleArn?: string | undefined
  readonly Validators: readonly Validator[]
  readonly Type: string
  readonly KmsKeyIdentifier?: string | undefined
  /** The number of its newest version; numbers are never used again. */
  readonly latestVersion: number
  readonly createdAtMs: number
}

/** A hosted configuration version and its content. */
export interface HostedVersion {
  readonly ApplicationId: string
  readonly ConfigurationProfileId: string
  readonly VersionNumber: number
  readonly Description?: string | undefined
  readonly ContentType: string
  readonly VersionLabel?: string | undefined
  readonly contentBase64: string
  /** Deleted, but kept: a deployment may still serve it. */
  readonly deleted: boolean
}

/** How the share of callers grows: by the same percentage each step, or exponentially. */
export type GrowthType = 'LINEAR' | 'EXPONENTIAL'

/** How fast a deployment reaches everybody: what a deployment copies from its strategy. */
export interface Growth {
  readonly GrowthType: GrowthType
  /** In percent. */
  readonly GrowthFactor: number
  readonly DeploymentDurationInMinutes: number
  readonly FinalBakeTimeInMinutes: number
}

/** A deployment strategy. */
export interface Strategy extends Growth {
  readonly Id: string
  readonly Name: string
  readonly Description?: string | undefined
  readonly ReplicateTo: string
}

/** The states of a deployment that the local AppConfig knows; AWS's API model has more. */
export type DeploymentState = 'DEPLOYING' | 'BAKING' | 'COMPLETE' | 'ROLLED_BACK' | 'REVERTED'

/** One call of an extension's handler, as the event log tells it. */
export interface ActionInvocation {
  /** The extension's ARN. */
  readonly ExtensionIdentifier: string
  readonly ActionName: string
  /** The ARN that the handler's Lambda function would have. */
  readonly Uri: string
  readonly InvocationId: string
  readonly ErrorCode?: string | undefined
  readonly ErrorMessage?: string | undefined
}

/** An extension that a deployment was started with. */
export interface AppliedExtension {
  readonly ExtensionId: string
  readonly ExtensionAssociationId: string
  readonly VersionNumber: number
  readonly Parameters?: Readonly<Record<string, string>> | undefined
}

/** An entry of a deployment's event log. */
export interface DeploymentEvent {
  readonly EventType:
    | 'DEPLOYMENT_STARTED'
    | 'PERCENTAGE_UPDATED'
    | 'BAKE_TIME_STARTED'
    | 'DEPLOYMENT_COMPLETED'
    | 'ROLLBACK_STARTED'
    | 'ROLLBACK_COMPLETED'
    | 'REVERT_COMPLETED'
  readonly TriggeredBy: 'USER' | 'APPCONFIG' | 'CLOUDWATCH_ALARM' | 'INTERNAL_ERROR'
  readonly Description: string
  /** The extension that was asked, where its answer is why. */
  readonly ActionInvocations?: readonly ActionInvocation[] | undefined
  /** ISO 8601. */
  readonly OccurredAt: string
}

/** A deployment, with what it copied from its strategy. */
export interface Deployment extends Growth {
  readonly ApplicationId: string
  readonly EnvironmentId: string
  readonly DeploymentStrategyId: string
  readonly ConfigurationProfileId: string
  readonly DeploymentNumber: number
  readonly ConfigurationName: string
  readonly ConfigurationLocationUri: string
  readonly ConfigurationVersion: string
  readonly VersionLabel?: string | undefined
  readonly Description?: string | undefined
  readonly State: DeploymentState
  readonly PercentageComplete: number
  /** ISO 8601. */
  readonly StartedAt: string
  /** ISO 8601; of a rollback too. */
  readonly CompletedAt?: string | undefined
  /** Newest first. */
  readonly EventLog: readonly DeploymentEvent[]
  /** The extensions that were associated with it when it started; missing without any. */
  readonly AppliedExtensions?: readonly AppliedExtension[] | undefined
  /** How many transitions of its timeline have happened. */
  readonly transitions: number
  /** The last tick that extensions have answered, in milliseconds after the start; missing before the first. */
  readonly tickedMs?: number | undefined
}

/** Settings of the whole account. */
export interface AccountSettings {
  readonly DeletionProtection: {
    readonly Enabled: boolean
    readonly ProtectionPeriodInMinutes: number
  }
}

/** A CloudWatch alarm's state. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'
