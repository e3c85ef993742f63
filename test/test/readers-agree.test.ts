/** The client, the command and the local AppConfig on one corpus of documents: what one takes, all take. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAppConfig, evaluateFlags, type JsonValue, type Source } from '@appconfig-kit/core'
import { isPlainObject, loadParser, readDocument } from '@appconfig-kit/core/documents'
import { type LocalAppConfig, startLocalAppConfig } from '@appconfig-kit/local'
import {
  AppConfigClient,
  CreateApplicationCommand,
  CreateConfigurationProfileCommand,
  CreateHostedConfigurationVersionCommand,
  GetHostedConfigurationVersionCommand,
} from '@aws-sdk/client-appconfig'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problemOf } from '../../packages/cli/src/content-file.ts'
import { type CorpusDocument, contentTypeOf, documentCorpus } from '../src/document-corpus.ts'
import { ROOT, run } from '../src/run.ts'

const SEED = 20_260_101
const CORPUS = documentCorpus(SEED)
const PROGRAM = join(ROOT, 'packages/cli/bin/appconfig-kit.mjs')

let folder: string
let local: LocalAppConfig
let aws: AppConfigClient
/** What a client takes as a layer. */
let layer: Verdicts

beforeAll(async () => {
  await loadParser({ contentType: 'application/x-yaml' })
  folder = mkdtempSync(join(tmpdir(), 'corpus-'))
  local = await startLocalAppConfig({ port: 0, agentPort: 0, maxContentBytes: 4_096_000 })
  aws = new AppConfigClient({
    endpoint: local.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  layer = await verdictsOf(takenByClient('object'))
}, 60_000)

afterAll(async () => {
  rmSync(folder, { recursive: true })
  aws.destroy()
  await local.close()
})

/** Verdicts by document, of those who were asked. */
type Verdicts = ReadonlyMap<CorpusDocument, boolean>

describe(`${CORPUS.length} documents`, () => {
  it('are good and bad, of each kind', () => {
    expect(CORPUS.length).toBeGreaterThanOrEqual(300)
    for (const isFlags of [true, false]) {
      const taken = CORPUS.filter((document) => document.isFlags === isFlags && layer.get(document))
      expect(taken.length).toBeGreaterThan(50)
    }
    expect([...layer.values()].filter((taken) => !taken).length).toBeGreaterThan(100)
  })

  it('are read alike by the client, the command and the local AppConfig', async () => {
    const any = await verdictsOf(takenByClient('any'))
    const validate = await takenByValidate()
    const disagreements = [
      ...differences('client and validate', layer, validate),
      ...differences('client and deploy', any, await verdictsOf(takenByDeploy)),
      ...differences('client and local', layer, await verdictsOf(takenByLocal)),
      ...differences('client and AWS', layer, observed()),
    ]
    expect(disagreements).toEqual([])
  })

  it('come to the same flags where the local AppConfig has stored it its own way', async () => {
    for (const document of CORPUS.filter(isJsonFlags)) {
      const { value } = read(document.body)
      const stored = await store(document)
      // Of a document without values, nothing is stored that says that it is one of flags.
      if (stored === undefined || !isPlainObject(value) || Object.keys(value).length === 0) continue
      expect(served(read(stored).value), document.name).toEqual(served(value))
    }
  })
})

function differences(who: string, some: Verdicts, others: Verdicts): string[] {
  return [...others].flatMap(([document, taken]) =>
    some.get(document) === taken
      ? []
      : [`${who}: ${document.name} is ${taken ? 'taken' : 'refused'} by the second`],
  )
}

async function verdictsOf(
  judge: (document: CorpusDocument) => Promise<boolean | undefined>,
): Promise<Verdicts> {
  const verdicts = await Promise.all(
    CORPUS.map(async (document) => [document, await judge(document)] as const),
  )
  return new Map(verdicts.flatMap(([document, taken]) => (taken === undefined ? [] : [[document, taken]])))
}

function observed(): Verdicts {
  return new Map(CORPUS.flatMap((document) => (document.aws ? [[document, document.aws === 'taken']] : [])))
}

function takenByClient(content: 'object' | 'any') {
  return async (document: CorpusDocument): Promise<boolean> => {
    const { body } = document
    const source: Source = {
      name: 'corpus',
      open: () => ({
        poll: async () => ({
          kind: 'content',
          body,
          contentType: contentTypeOf(document),
          nextPollMs: 60_000,
        }),
      }),
    }
    const layers = [{ profile: 'p', content }]
    const client = createAppConfig({
      application: 'a',
      environment: 'e',
      layers,
      source,
      logger: false,
      maxTenants: 1,
    })
    return client
      .start()
      .then(
        () => true,
        () => false,
      )
      .finally(() => client.close())
  }
}

/** In one go; what `validate` alone tells, keys that are there twice, is left out. */
async function takenByValidate(): Promise<Verdicts> {
  const documents = CORPUS.filter(({ contentType }) => contentType === undefined)
  const files = documents.map((document, at) => {
    const file = join(folder, `${at}.${document.extension}`)
    writeFileSync(file, document.body)
    return file
  })
  const { stdout } = await run(process.execPath, [PROGRAM, 'validate', '--json', ...files])
  const problems = stdout
    .trim()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as { readonly file: string; readonly code: string; readonly problem: string },
    )
    .filter(({ file, code }) => !(file.endsWith('.json') && code === 'KEY_TWICE'))
  const refused = new Set(problems.map(({ file }) => file))
  return new Map(documents.map((document, at) => [document, !refused.has(files[at] as string)]))
}

async function takenByDeploy(document: CorpusDocument): Promise<boolean> {
  return problemOf(document.body, contentTypeOf(document)) === undefined
}

/** AppConfig takes flags as JSON only. */
function isJsonFlags({ isFlags, extension, body }: CorpusDocument): boolean {
  return isFlags && extension === 'json' && body.byteLength > 0
}

async function takenByLocal(document: CorpusDocument): Promise<boolean | undefined> {
  return isJsonFlags(document) ? (await store(document)) !== undefined : undefined
}

let profile: Promise<{ readonly ApplicationId: string; readonly ConfigurationProfileId: string }> | undefined

async function makeProfile() {
  const { Id: ApplicationId = '' } = await aws.send(new CreateApplicationCommand({ Name: 'corpus' }))
  const { Id: ConfigurationProfileId = '' } = await aws.send(
    new CreateConfigurationProfileCommand({
      ApplicationId,
      Name: 'flags',
      LocationUri: 'hosted',
      Type: 'AWS.AppConfig.FeatureFlags',
    }),
  )
  return { ApplicationId, ConfigurationProfileId }
}

/** What is stored of a document; nothing of one that is refused for what it holds. */
async function store({ body }: CorpusDocument): Promise<Uint8Array | undefined> {
  profile ??= makeProfile()
  const ids = await profile
  try {
    const { VersionNumber } = await aws.send(
      new CreateHostedConfigurationVersionCommand({ ...ids, Content: body, ContentType: 'application/json' }),
    )
    const { Content } = await aws.send(new GetHostedConfigurationVersionCommand({ ...ids, VersionNumber }))
    return Content
  } catch (error) {
    expect((error as Error).name).toBe('BadRequestException')
    return undefined
  }
}

function read(body: Uint8Array) {
  return readDocument({ body, contentType: 'application/json' })
}

function served(flags: JsonValue | undefined): JsonValue {
  if (!isPlainObject(flags)) throw new TypeError('flags are an object')
  return evaluateFlags(flags, { tier: 'gold', a: 1, b: 2 })
}
