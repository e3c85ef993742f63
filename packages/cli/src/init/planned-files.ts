/**
 * The files that `init` writes into a project.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Framework } from './framework.ts'
import { DOCUMENTS, type Project } from './project.ts'
import { testPath, testText } from './test-file.ts'

/** A file to write. */
export interface PlannedFile {
  /** Below the project's folder, with slashes. */
  readonly path: string
  readonly text: string
}

/** The schema, beside the applications and not among their documents, which are all deployed. */
export const SCHEMA: string = `${DOCUMENTS}/default.schema.json`

/** The document, wherever its project has it. */
export function documentPath({ application, environment }: Project, extension: string = 'json'): string {
  return `${DOCUMENTS}/${application}/${environment}/default.${extension}`
}

/** @param vscode whether Visual Studio Code is told the schema of the documents. */
export function plannedFiles(
  framework: Framework,
  project: Project,
  vscode: boolean,
): readonly PlannedFile[] {
  // Beside the same document in YAML, one in JSON would be a second one, which clients refuse.
  const isThere = ['yaml', 'yml'].some((extension) =>
    existsSync(join(project.folder, documentPath(project, extension))),
  )
  return [
    ...(isThere ? [] : [{ path: documentPath(project), text: json({ featureA: false, greeting: 'Hello' }) }]),
    { path: SCHEMA, text: json(SCHEMA_OF_DOCUMENT) },
    { path: '.env.example', text: variables(project) },
    { path: testPath(project), text: testText(framework, project) },
    ...(vscode ? [{ path: '.vscode/settings.json', text: json(VSCODE_SETTINGS) }] : []),
  ]
}

/** Draft 4 is what AppConfig's own validators take. */
const SCHEMA_OF_DOCUMENT = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  description: 'The configuration of this API. A tenant may have a document of its own above it.',
  type: 'object',
  properties: {
    featureA: { type: 'boolean', description: 'Whether /search is the new one.' },
    greeting: { type: 'string' },
  },
}

const SCHEMA_OF_ALL = './node_modules/appconfig-kit/schemas/document.schema.json'
const VSCODE_SETTINGS = {
  'json.schemas': [{ fileMatch: [`/${DOCUMENTS}/*/*/*.json`], url: SCHEMA_OF_ALL }],
  'yaml.schemas': { [SCHEMA_OF_ALL]: [`${DOCUMENTS}/*/*/*.yaml`, `${DOCUMENTS}/*/*/*.yml`] },
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}

function variables({ application }: Project): string {
  return `# Where the configuration comes from. Without any of these it is the folder ./${DOCUMENTS}, except where
# NODE_ENV is production, or in a container in the cloud: there, nothing set is an error.

# From AWS AppConfig. APPCONFIG_PROFILE lists layers, the lowest first; {id} is the tenant's, ? is optional.
#APPCONFIG_SOURCE=direct
#APPCONFIG_APPLICATION=${application}
#APPCONFIG_ENVIRONMENT=prod-01
#APPCONFIG_PROFILE=default,tenant-{id}?
#AWS_REGION=eu-central-1

# From the AppConfig Agent beside the application: the same names, and
#APPCONFIG_SOURCE=agent
#APPCONFIG_AGENT_URL=http://localhost:2772

# From another folder, in production too:
#APPCONFIG_SOURCE=files
#APPCONFIG_DIRECTORY=./${DOCUMENTS}

# The header with the tenant's id. Only if a proxy you trust sets it on every request, whatever the client sent.
#APPCONFIG_TENANT_HEADER=x-tenant-id
`
}
