/**
 * Hosted configuration versions by label, from AppConfig's control plane.
 *
 * A label costs one list and one get; the names of application and profile are resolved once. Up to 32 MiB of
 * contents are cached. Nothing is retried here.
 *
 * Sources: the appconfig API model (2019-10-09), which takes ids only, and its quotas: 10 lists a second for
 * a whole account.
 *
 * @module
 */
import type { AppConfigClient } from '@aws-sdk/client-appconfig'
import { LRUCache } from 'lru-cache'
import { quoted } from '../../errors.ts'
import { isPlainObject, jsonOrUndefined } from '../../json.ts'
import { nameOf, reasonOf, withoutContents } from '../foreign-error.ts'
import type { DocumentId } from '../source.ts'
import { withTimeOut } from '../time-out.ts'

/** Contents of hosted versions, read once. */
export interface HostedVersions {
  /** The content of a label, if it is cached. Makes no call. */
  known(document: DocumentId, label: string): Uint8Array | undefined
  /**
   * The content of the hosted version with that label.
   *
   * @throws {ControlPlaneError} when it can't be had.
   */
  read(document: DocumentId, label: string, signal: AbortSignal): Promise<Uint8Array>
}

/** Why a hosted version could not be read. */
export class ControlPlaneError extends Error {
  override readonly name = 'ControlPlaneError'
  /** Whether the cause may pass within a minute: no answer, or a server error. */
  readonly isPassing: boolean

  constructor(problem: string, { isPassing = false, cause }: { isPassing?: boolean; cause?: unknown } = {}) {
    super(problem, { cause })
    this.isPassing = isPassing
  }
}

/** The SDK of the control plane and a client of it. */
export interface ControlPlane {
  readonly sdk: typeof import('@aws-sdk/client-appconfig')
  readonly client: AppConfigClient
}

interface Page {
  readonly Items?:
    | readonly { readonly Id?: string | undefined; readonly Name?: string | undefined }[]
    | undefined
  readonly NextToken?: string | undefined
}

const MOST_BYTES = 32 * 1024 * 1024
const PAGE_SIZE = 50

/**
 * Makes a reader without contents.
 *
 * @param load makes the SDK client, at the first read.
 */
export function hostedVersions(load: () => Promise<ControlPlane>, requestTimeoutMs: number): HostedVersions {
  const contents = new LRUCache<string, Uint8Array>({
    maxSize: MOST_BYTES,
    sizeCalculation: ({ byteLength }) => byteLength + 1,
  })
  const ids = new Map<string, string>()
  return {
    known: (document, label) => contents.get(keyOf(document, label)),
    async read(document, label, signal) {
      const known = contents.get(keyOf(document, label))
      if (known) return known
      const calls = callsOf(await load(), requestTimeoutMs, signal)
      const content = await readVersion(document, label, calls, ids).catch((error: unknown) => {
        // The resource of that id may be deleted, and another have its name.
        if (statusOf(error) === 404) ids.clear()
        throw error instanceof ControlPlaneError ? error : refusal(error)
      })
      contents.set(keyOf(document, label), content)
      return content
    },
  }
}

type Calls = ReturnType<typeof callsOf>

/** The calls, each with a time-out. */
function callsOf({ sdk, client }: ControlPlane, requestTimeoutMs: number, signal: AbortSignal) {
  const call = <T>(send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>): Promise<T> =>
    withTimeOut(requestTimeoutMs, signal, (abortSignal) => send({ abortSignal }))
  const MaxResults = PAGE_SIZE
  return {
    listApplications: (NextToken: string | undefined): Promise<Page> =>
      call((options) => client.send(new sdk.ListApplicationsCommand({ NextToken, MaxResults }), options)),
    listProfiles: (ApplicationId: string, NextToken: string | undefined): Promise<Page> =>
      call((options) =>
        client.send(
          new sdk.ListConfigurationProfilesCommand({ ApplicationId, NextToken, MaxResults }),
          options,
        ),
      ),
    listVersions: (profile: ProfileIds, VersionLabel: string) =>
      call((options) =>
        client.send(
          new sdk.ListHostedConfigurationVersionsCommand({ ...profile, VersionLabel, MaxResults }),
          options,
        ),
      ),
    getVersion: (profile: ProfileIds, VersionNumber: number) =>
      call((options) =>
        client.send(new sdk.GetHostedConfigurationVersionCommand({ ...profile, VersionNumber }), options),
      ),
  }
}

interface ProfileIds {
  readonly ApplicationId: string
  readonly ConfigurationProfileId: string
}

async function readVersion(
  document: DocumentId,
  label: string,
  { listApplications, listProfiles, listVersions, getVersion }: Calls,
  ids: Map<string, string>,
): Promise<Uint8Array> {
  const ApplicationId = await idOf(ids, ['application'], document.application, listApplications)
  const ConfigurationProfileId = await idOf(ids, ['profile', ApplicationId], document.profile, (nextToken) =>
    listProfiles(ApplicationId, nextToken),
  )
  const profile = { ApplicationId, ConfigurationProfileId }
  const { Items = [] } = await listVersions(profile, label)
  // A label that ends in * is a prefix in this list.
  const VersionNumber = Items.find(({ VersionLabel }) => VersionLabel === label)?.VersionNumber
  if (VersionNumber === undefined) throw new ControlPlaneError('no hosted version has that label')
  const { Content } = await getVersion(profile, VersionNumber)
  if (!Content) throw new ControlPlaneError(`hosted version ${VersionNumber} has no content`)
  // Contents are kept for as long as the process lives: the page of a proxy must not be.
  if (!isPlainObject(jsonOrUndefined(new TextDecoder().decode(Content)))) {
    const problem = `hosted version ${VersionNumber} is no JSON object, as flags are`
    throw new ControlPlaneError(problem, { isPassing: true })
  }
  return Content
}

/**
 * The id of a resource, given its id or its name; an id wins, as at AWS.
 *
 * @param ids results of earlier calls.
 * @param kind the kind of the resource, and the application it is in.
 */
async function idOf(
  ids: Map<string, string>,
  kind: readonly [what: string, applicationId?: string],
  wanted: string,
  list: (nextToken: string | undefined) => Promise<Page>,
): Promise<string> {
  const key = JSON.stringify([...kind, wanted])
  const known = ids.get(key)
  if (known !== undefined) return known
  let found: string | undefined
  let NextToken: string | undefined
  do {
    const page = await list(NextToken)
    for (const { Id, Name } of page.Items ?? []) {
      if (Id === wanted) found = Id
      if (Name === wanted) found ??= Id
    }
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  if (found === undefined) throw new ControlPlaneError(`there is no ${kind[0]} ${quoted(wanted)}`)
  ids.set(key, found)
  return found
}

function statusOf(error: unknown): number | undefined {
  return (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode
}

function refusal(error: unknown): ControlPlaneError {
  const status = statusOf(error)
  const cause = withoutContents(error)
  if (status === 401 || status === 403) {
    return new ControlPlaneError(
      `the control plane refused (${status} ${nameOf(error)}). Allow appconfig:ListApplications, appconfig:ListConfigurationProfiles, appconfig:ListHostedConfigurationVersions and appconfig:GetHostedConfigurationVersion, see docs/iam.md`,
      { cause },
    )
  }
  const problem = status === undefined ? reasonOf(error) : `the control plane ${reasonOf(error)}`
  // An answer of 200 that can't be read was damaged on the way.
  const isPassing = status === undefined || status >= 500 || status < 300
  return new ControlPlaneError(problem, { isPassing, cause })
}

function keyOf({ application, profile }: DocumentId, label: string): string {
  return JSON.stringify([application, profile, label])
}
