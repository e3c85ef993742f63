/**
 * The control plane's operations on the wire: paths, bindings and success codes of AWS's API model.
 *
 * Operations of extensions and experiments and the deprecated GetConfiguration are not here; they
 * are answered as unknown operations.
 *
 * @module
 */

import {
  getDeployment,
  listDeployments,
  startDeployment,
  stopDeployment,
} from '../deployments/deployments.ts'
import {
  createApplication,
  deleteApplication,
  getApplication,
  listApplications,
  updateApplication,
} from '../resources/applications.ts'
import { getAccountSettings, updateAccountSettings } from '../resources/deletion-protection.ts'
import type { HostedVersion } from '../resources/entities.ts'
import {
  createEnvironment,
  deleteEnvironment,
  environmentOutput,
  getEnvironment,
  listEnvironments,
  updateEnvironment,
} from '../resources/environments.ts'
import {
  createHostedVersion,
  deleteHostedVersion,
  getHostedVersion,
  listHostedVersions,
} from '../resources/hosted-versions.ts'
import {
  createProfile,
  deleteProfile,
  getProfile,
  listProfiles,
  profileOutput,
  updateProfile,
} from '../resources/profiles.ts'
import {
  createStrategy,
  deleteStrategy,
  getStrategy,
  listStrategies,
  updateStrategy,
} from '../resources/strategies.ts'
import { listTags, tagResource, untagResource } from '../resources/tags.ts'
import { validateConfiguration } from '../resources/validators.ts'
import { type Operation, type Reply, toHeader } from './operation.ts'

const PAGE = { MaxResults: 'max_results', NextToken: 'next_token' }
const APPLICATION = '/applications/{ApplicationId}'
const ENVIRONMENT = `${APPLICATION}/environments/{EnvironmentId}`
const PROFILE = `${APPLICATION}/configurationprofiles/{ConfigurationProfileId}`
const VERSIONS = `${PROFILE}/hostedconfigurationversions`
const VERSION = `${VERSIONS}/{VersionNumber}`
const DEPLOYMENTS = `${ENVIRONMENT}/deployments`
const DEPLOYMENT = `${DEPLOYMENTS}/{DeploymentNumber}`
const STRATEGY = '/deploymentstrategies/{DeploymentStrategyId}'
const TAGS = '/tags/{ResourceArn}'
const PROTECTED = { DeletionProtectionCheck: 'x-amzn-deletion-protection-check' }

/** The operations of the control plane. Source: the appconfig API model (2019-10-09). */
export const CONTROL_PLANE: readonly Operation[] = [
  create('CreateApplication', '/applications', createApplication),
  read('GetApplication', APPLICATION, getApplication),
  list('ListApplications', '/applications', listApplications),
  update('UpdateApplication', APPLICATION, updateApplication),
  remove('DeleteApplication', APPLICATION, deleteApplication),

  create('CreateEnvironment', `${APPLICATION}/environments`, createEnvironment),
  read('GetEnvironment', ENVIRONMENT, (state, members) => environmentOutput(getEnvironment(state, members))),
  list('ListEnvironments', `${APPLICATION}/environments`, listEnvironments),
  update('UpdateEnvironment', ENVIRONMENT, updateEnvironment),
  { ...remove('DeleteEnvironment', ENVIRONMENT, deleteEnvironment), headers: PROTECTED },

  create('CreateConfigurationProfile', `${APPLICATION}/configurationprofiles`, createProfile),
  read('GetConfigurationProfile', PROFILE, (state, members) => profileOutput(getProfile(state, members))),
  list('ListConfigurationProfiles', `${APPLICATION}/configurationprofiles`, listProfiles, { Type: 'type' }),
  update('UpdateConfigurationProfile', PROFILE, updateProfile),
  { ...remove('DeleteConfigurationProfile', PROFILE, deleteProfile), headers: PROTECTED },
  {
    name: 'ValidateConfiguration',
    method: 'POST',
    path: `${PROFILE}/validators`,
    query: { ConfigurationVersion: 'configuration_version' },
    run: async (state, members) => {
      await validateConfiguration(state, members)
      return { status: 204 }
    },
  },

  {
    name: 'CreateHostedConfigurationVersion',
    method: 'POST',
    path: VERSIONS,
    headers: {
      ContentType: 'Content-Type',
      Description: 'Description',
      LatestVersionNumber: 'Latest-Version-Number',
      VersionLabel: 'VersionLabel',
    },
    body: 'content',
    run: (state, members) => versionReply(201, createHostedVersion(state, members)),
  },
  {
    name: 'GetHostedConfigurationVersion',
    method: 'GET',
    path: VERSION,
    run: (state, members) => versionReply(200, getHostedVersion(state, members)),
  },
  list('ListHostedConfigurationVersions', VERSIONS, listHostedVersions, { VersionLabel: 'version_label' }),
  remove('DeleteHostedConfigurationVersion', VERSION, deleteHostedVersion),

  create('CreateDeploymentStrategy', '/deploymentstrategies', createStrategy),
  read('GetDeploymentStrategy', STRATEGY, getStrategy),
  list('ListDeploymentStrategies', '/deploymentstrategies', listStrategies),
  update('UpdateDeploymentStrategy', STRATEGY, updateStrategy),
  // AWS's own spelling.
  remove('DeleteDeploymentStrategy', '/deployementstrategies/{DeploymentStrategyId}', deleteStrategy),

  create('StartDeployment', DEPLOYMENTS, startDeployment),
  read('GetDeployment', DEPLOYMENT, getDeployment),
  list('ListDeployments', DEPLOYMENTS, listDeployments),
  {
    name: 'StopDeployment',
    method: 'DELETE',
    path: DEPLOYMENT,
    headers: { AllowRevert: 'Allow-Revert' },
    run: (state, members) => ({ status: 202, json: stopDeployment(state, members) }),
  },

  read('GetAccountSettings', '/settings', getAccountSettings),
  update('UpdateAccountSettings', '/settings', updateAccountSettings),

  read('ListTagsForResource', TAGS, listTags),
  { ...remove('TagResource', TAGS, tagResource), method: 'POST', body: 'json' },
  { ...remove('UntagResource', TAGS, untagResource), query: { TagKeys: 'tagKeys' } },
]

type Work = (...args: Parameters<Operation['run']>) => unknown

function create(name: string, path: string, work: Work): Operation {
  return { name, method: 'POST', path, body: 'json', run: answering(201, work) }
}

function read(name: string, path: string, work: Work): Operation {
  return { name, method: 'GET', path, run: answering(200, work) }
}

function list(
  name: string,
  path: string,
  work: Work,
  filter: Readonly<Record<string, string>> = {},
): Operation {
  return { ...read(name, path, work), query: { ...PAGE, ...filter } }
}

function update(name: string, path: string, work: Work): Operation {
  return { name, method: 'PATCH', path, body: 'json', run: answering(200, work) }
}

function remove(name: string, path: string, work: Work): Operation {
  return { name, method: 'DELETE', path, run: answering(204, work) }
}

function answering(status: number, work: Work): Operation['run'] {
  return async (...args) => {
    const json = await work(...args)
    return status === 204 ? { status } : { status, json }
  }
}

function versionReply(status: number, version: HostedVersion): Reply {
  const { Description, VersionLabel } = version
  return {
    status,
    headers: {
      'Application-Id': version.ApplicationId,
      'Configuration-Profile-Id': version.ConfigurationProfileId,
      'Version-Number': String(version.VersionNumber),
      'Content-Type': toHeader(version.ContentType),
      Description: Description === undefined ? undefined : toHeader(Description),
      VersionLabel: VersionLabel === undefined ? undefined : toHeader(VersionLabel),
    },
    content: Buffer.from(version.contentBase64, 'base64'),
  }
}
