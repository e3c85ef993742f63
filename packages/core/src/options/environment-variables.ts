/**
 * Options from environment variables.
 *
 * The precedence, highest first (docs/getting-started.md has it as a table):
 *  1. an option;
 *  2. its variable: `APPCONFIG_APPLICATION`, `APPCONFIG_ENVIRONMENT`, `APPCONFIG_PROFILE` (layers) and
 *     `APPCONFIG_SOURCE`; without that last one, `APPCONFIG_DIRECTORY` means files, `APPCONFIG_AGENT_URL`
 *     agent and `APPCONFIG_APPLICATION` direct;
 *  3. the folder `./appconfig`, if it exists, `NODE_ENV` is not `production`, and no variable of a cloud's
 *     runtime is set. It names application and environment if it holds exactly one.
 *  4. an error that says what to set.
 *
 * @module
 */
import { OptionsError, quoted, WiringError } from '../errors.ts'
import { type LayerFunction, type LayerSpec, layer } from '../layers/layer.ts'
import { nodeModule } from '../node-modules.ts'
import { agent } from '../sources/agent.ts'
import { direct } from '../sources/direct/direct.ts'
import { files } from '../sources/files.ts'
import type { Source } from '../sources/source.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { refuseUnknownOptions } from './known-options.ts'
import type { AppConfigOptions, CompleteOptions } from './options.ts'
import { OPTION_NAMES } from './parse-options.ts'

/** Environment variables, as `process.env` holds them. */
export type Variables = Readonly<Record<string, string | undefined>>

const EMBEDDED_DIRECTORY = './appconfig'

/**
 * Variables of the runtimes of AWS and other clouds: there, a folder of defaults must not replace AppConfig.
 */
const CLOUD_VARIABLES = [
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'ECS_CONTAINER_METADATA_URI',
  'ECS_CONTAINER_METADATA_URI_V4',
  'KUBERNETES_SERVICE_HOST',
  'K_SERVICE',
]

/**
 * Completes options from environment variables.
 *
 * @throws {OptionsError} `SOURCE_NOT_CONFIGURED`; `OPTIONS_INVALID` for an unknown option, or a variable with
 * a wrong value.
 */
export function completeOptions(
  options: AppConfigOptions,
  variables: Variables = process.env,
): CompleteOptions {
  // First of all: an option that seems to be missing may be misspelt.
  refuseUnknownOptions('createAppConfig()', options, OPTION_NAMES)
  const { application, environment, layers, source, ...rest } = options
  if (
    application !== undefined &&
    environment !== undefined &&
    layers !== undefined &&
    source !== undefined
  ) {
    return { ...rest, application, environment, layers, source }
  }
  const found = source ? { source, embedded: undefined } : findSource(variables)
  return {
    ...rest,
    source: found.source,
    application: application ?? variables['APPCONFIG_APPLICATION'] ?? only(found.embedded, 'application', []),
    environment:
      environment ??
      variables['APPCONFIG_ENVIRONMENT'] ??
      only(found.embedded, 'environment', [application ?? variables['APPCONFIG_APPLICATION']]),
    layers: layers ?? layersFrom(variables['APPCONFIG_PROFILE'] ?? (found.embedded && 'default')),
  }
}

function findSource(variables: Variables): { source: Source; embedded: string | undefined } {
  const directory = variables['APPCONFIG_DIRECTORY']
  switch (variables['APPCONFIG_SOURCE']) {
    case 'direct':
      return { source: direct(), embedded: undefined }
    case 'agent':
      return { source: agentFrom(variables), embedded: undefined }
    case 'files':
      return {
        source: files({ directory: directory ?? EMBEDDED_DIRECTORY }),
        embedded: directory ?? EMBEDDED_DIRECTORY,
      }
    case undefined:
      break
    default:
      throw new OptionsError(
        'OPTIONS_INVALID',
        `APPCONFIG_SOURCE is ${quoted(variables['APPCONFIG_SOURCE'])}. Set it to direct, agent or files`,
      )
  }
  if (directory !== undefined) return { source: files({ directory }), embedded: directory }
  if (variables['APPCONFIG_AGENT_URL'] !== undefined)
    return { source: agentFrom(variables), embedded: undefined }
  if (variables['APPCONFIG_APPLICATION'] !== undefined) return { source: direct(), embedded: undefined }
  return embeddedDefault(variables)
}

/** In Lambda the Agent is an extension; a variable has its port. */
function agentFrom(variables: Variables): Source {
  const port = variables['AWS_APPCONFIG_EXTENSION_HTTP_PORT']
  const baseUrl =
    variables['APPCONFIG_AGENT_URL'] ?? (port === undefined ? undefined : `http://localhost:${port}`)
  return agent({ ...(baseUrl !== undefined && { baseUrl }) })
}

function embeddedDefault(variables: Variables): { source: Source; embedded: string } {
  const cloud = CLOUD_VARIABLES.find((name) => variables[name] !== undefined)
  const isThere = subfolders(EMBEDDED_DIRECTORY) !== undefined
  if (isThere && variables['NODE_ENV'] !== 'production' && cloud === undefined) {
    return { source: files({ directory: EMBEDDED_DIRECTORY }), embedded: EMBEDDED_DIRECTORY }
  }
  const why = !isThere
    ? `there is no folder ${nodeModule('path').resolve(EMBEDDED_DIRECTORY)}`
    : cloud
      ? `${cloud} is set, so this is a container in the cloud, where the folder ${EMBEDDED_DIRECTORY} must not stand in for AppConfig`
      : `NODE_ENV is production, where the folder ${EMBEDDED_DIRECTORY} must not stand in for AppConfig`
  const mayBeFolder = variables['NODE_ENV'] !== 'production' && cloud === undefined
  const folder = mayBeFolder
    ? `create ${EMBEDDED_DIRECTORY}/api/dev/default.json`
    : `set APPCONFIG_SOURCE=files to read the folder nevertheless`
  throw new OptionsError(
    'SOURCE_NOT_CONFIGURED',
    `nothing says where configuration comes from, and ${why}. Give the options application, environment, layers and source, or set APPCONFIG_APPLICATION, APPCONFIG_ENVIRONMENT and APPCONFIG_PROFILE, or ${folder}`,
  )
}

/** The only folder at a place of the embedded folder. */
function only(
  embedded: string | undefined,
  what: 'application' | 'environment',
  path: (string | undefined)[],
): string {
  const variable = `APPCONFIG_${what.toUpperCase()}`
  if (embedded === undefined) {
    throw new OptionsError(
      'SOURCE_NOT_CONFIGURED',
      `the ${what} is not given. Give the option ${what}, or set ${variable}`,
    )
  }
  const parent = nodeModule('path').resolve(
    embedded,
    ...path.map((part) => part ?? only(embedded, 'application', [])),
  )
  const folders = subfolders(parent) ?? []
  const [folder] = folders
  if (folder !== undefined && folders.length === 1) return folder
  throw new OptionsError(
    'SOURCE_NOT_CONFIGURED',
    `the ${what} is not given, and ${parent} holds ${folders.length} folders instead of just one. Give the option ${what}, or set ${variable}`,
  )
}

function subfolders(folder: string): string[] | undefined {
  try {
    return nodeModule('fs')
      .readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isFile() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
  } catch {
    return undefined
  }
}

const PLACEHOLDER = /\{(id|tier|cell)\}/g

/** Layers from `default,tier-{tier},tenant-{id}?`. */
function layersFrom(list: string | undefined): LayerSpec[] {
  if (list === undefined) {
    throw new OptionsError(
      'SOURCE_NOT_CONFIGURED',
      'no profile is given. Give the option layers, or set APPCONFIG_PROFILE',
    )
  }
  return list.split(',').map((entry) => layerFrom(entry.trim()))
}

function layerFrom(entry: string): LayerSpec {
  const optional = entry.endsWith('?')
  const template = optional ? entry.slice(0, -1) : entry
  if (template === '' || /[{}]/.test(template.replace(PLACEHOLDER, ''))) {
    throw new OptionsError(
      'OPTIONS_INVALID',
      `APPCONFIG_PROFILE holds ${quoted(entry)}. Profiles may hold {id}, {tier} and {cell}, and end in ?`,
    )
  }
  if (template.search(PLACEHOLDER) < 0) return layer(template, { optional })
  const fromTenant: LayerFunction = (tenant) => {
    const missing = [...template.matchAll(PLACEHOLDER)].find(
      ([, key]) => tenant[key as TenantKey] === undefined,
    )
    if (missing === undefined) return layer(fill(template, tenant), { optional })
    // An optional layer is left out for such a tenant; one that is required must not be left out silently.
    if (optional) return undefined
    throw new WiringError(
      'LAYER_NAME_INVALID',
      `APPCONFIG_PROFILE holds ${quoted(entry)}, and this tenant has no ${missing[1]}. Let the tenant resolver give the ${missing[1]}, or end the profile with ? to leave it out for tenants without one`,
    )
  }
  return fromTenant
}

type TenantKey = 'id' | 'tier' | 'cell'

function fill(template: string, tenant: Tenant): string {
  return template.replace(PLACEHOLDER, (_, key: TenantKey) => tenant[key] ?? '')
}
