/** Whatever is sent to the local AppConfig or its Agent is answered: in AWS's form, never with a 500, never never. */
import { type LocalAppConfig, startLocalAppConfig } from '@appconfig-kit/local'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkLater, SEED, TIMEOUT_MS } from '../../src/hostile/fuzz.ts'
import { expectCleanPrototypes } from '../../src/hostile/purity.ts'
import { rawRequest, sendRaw } from '../../src/hostile/raw-http.ts'
import { damaged, jsonText, KEYS, name, wellFormed } from '../../src/hostile/texts.ts'

let local: LocalAppConfig
beforeAll(async () => {
  local = await startLocalAppConfig({ port: 0, agentPort: 0 })
  await local.deploy({
    application: 'api',
    environment: 'prod',
    profile: 'flags',
    content: { f: { enabled: true } },
  })
})
afterAll(() => local.close())

/** Members of the bodies of AppConfig's operations. */
const MEMBERS = [
  ...[
    'Name',
    'Description',
    'ApplicationId',
    'LocationUri',
    'Type',
    'Validators',
    'Tags',
    'Monitors',
    'Content',
  ],
  ...['DeploymentStrategyId', 'ConfigurationProfileId', 'ConfigurationVersion', 'GrowthFactor', 'GrowthType'],
  ...['DeploymentDurationInMinutes', 'FinalBakeTimeInMinutes', 'ReplicateTo', 'ApplicationIdentifier'],
  ...['EnvironmentIdentifier', 'ConfigurationProfileIdentifier', 'RequiredMinimumPollIntervalInSeconds'],
  ...['DeletionProtection', 'DynamicExtensionParameters', 'KmsKeyIdentifier'],
]

/** Operations; `*` stands for what a request is about, whose real ids are filled in most of the time. */
const OPERATIONS = {
  AppConfig: [
    ...['GET', 'POST'].flatMap((method) =>
      [
        '/applications',
        '/applications/*/environments',
        '/applications/*/environments/*/deployments',
        '/applications/*/configurationprofiles',
        '/applications/*/configurationprofiles/*/hostedconfigurationversions',
        '/deploymentstrategies',
        '/tags/*',
      ].map((path) => `${method} ${path}`),
    ),
    ...['GET', 'PATCH'].flatMap((method) =>
      [
        '/applications/*',
        '/applications/*/environments/*',
        '/applications/*/configurationprofiles/*',
        '/deploymentstrategies/*',
        '/settings',
      ].map((path) => `${method} ${path}`),
    ),
    'DELETE /applications/*/environments/*/deployments/*',
    'GET /applications/*/environments/*/deployments/*',
    'GET /applications/*/configurationprofiles/*/hostedconfigurationversions/*',
    'DELETE /applications/*/configurationprofiles/*/hostedconfigurationversions/*',
    'POST /applications/*/configurationprofiles/*/validators',
    'DELETE /deployementstrategies/*',
    'DELETE /tags/*',
    'POST /configurationsessions',
    'GET /configuration',
    'GET /*/*',
  ],
  Agent: [
    'GET /applications/*/environments/*/configurations/*',
    'GET /applications/*/environments/*/configurations/*',
    'GET /ping',
    'GET /*/*',
  ],
} as const

/** Also such as no operation has. */
const method = fc.constantFrom(
  'GET',
  'POST',
  'PATCH',
  'DELETE',
  'PUT',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
)

const asTarget = (text: string): string => encodeURIComponent(wellFormed(text))
/** As written, percent-encoded or half so; without what would end the line of the request. */
const segment = fc.oneof(
  fc.constantFrom('api', 'prod', 'flags', '1', '0', '-1', '99999999999999999999', 'AppConfig.AllAtOnce'),
  name.map(asTarget),
  name.map((text) => Buffer.from(text.replaceAll(/[\s\p{Cc}]/gu, '%'), 'utf8').toString('latin1')),
  fc.constantFrom('%', '%zz', '%c0%af', '%00', '%0d%0aa:b', '..;', '.%2e'),
)
/** What stands in a path in order: application, environment or profile, profile or number. */
const KNOWN = [['api'], ['prod', 'flags'], ['flags', '1', '2']]
const segments = fc.tuple(
  ...KNOWN.map((known) => fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, segment)),
)
const query = fc.array(
  fc.tuple(
    fc.constantFrom(
      ...[
        'max_results',
        'next_token',
        'configuration_token',
        'flag',
        'type',
        'version_label',
        'tagKeys',
        'name',
      ],
      ...['configuration_version', ...KEYS.map(asTarget)],
    ),
    fc.oneof(segment, fc.constantFrom('f', '1')),
  ),
  { maxLength: 3 },
)

function lineOf(which: keyof typeof OPERATIONS): fc.Arbitrary<{ method: string; target: string }> {
  const operation = fc.constantFrom<string>(...OPERATIONS[which])
  const other = fc.option(method, { freq: 8 })
  return fc.tuple(operation, segments, query, other).map(([line, filling, pairs, otherMethod]) => {
    const [usual = '', path = ''] = line.split(' ')
    let at = 0
    const filled = path.replaceAll('*', () => filling[at++] ?? '')
    const asked = pairs.length === 0 ? '' : `?${pairs.map((pair) => pair.join('=')).join('&')}`
    return { method: otherMethod ?? usual, target: `${filled}${asked}` }
  })
}

/** Bytes that a header may hold on the wire. */
const headerValue = fc.oneof(
  name.map((text) =>
    Buffer.from(wellFormed(text), 'utf8')
      .toString('latin1')
      .replaceAll(/\p{Cc}/gu, ''),
  ),
  fc.constantFrom(
    'a=b,c=d',
    'a',
    '=',
    ',,,',
    '__proto__=1',
    'constructor=1,then=2',
    'a='.repeat(500),
    '-1',
    '1e9',
  ),
)
const header = fc.tuple(
  fc.constantFrom(
    'content-type',
    'description',
    'versionlabel',
    'latest-version-number',
    'context',
    'entity-id',
    'authorization',
    'allow-revert',
    'x-amzn-deletion-protection-check',
    'accept',
    '__proto__',
    'constructor',
    'then',
  ),
  headerValue,
)
const memberValue = fc.oneof(
  jsonText,
  fc.constantFrom(
    'null',
    '1',
    '-1',
    '1e999',
    '""',
    '[]',
    '[[]]',
    '{"a":1}',
    '"api"',
    '"x"',
    'true',
    '"AWS.AppConfig.FeatureFlags"',
    '[{"Type":"JSON_SCHEMA","Content":"{\\"pattern\\":\\"(a+)+$\\"}"}]',
  ),
  name.map((text) => JSON.stringify(text)),
)
const members = fc
  .array(fc.tuple(fc.constantFrom(...MEMBERS, ...KEYS), memberValue), { maxLength: 6 })
  .map((all) => Buffer.from(`{${all.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`))
const body = fc.oneof(
  members,
  damaged(jsonText),
  fc.constant(Buffer.alloc(0)),
  fc.uint8Array({ maxLength: 50 }),
)

const requestOf = (which: keyof typeof OPERATIONS) =>
  fc.record({ line: lineOf(which), headers: fc.array(header, { maxLength: 4 }), body })

describe.each(['AppConfig', 'Agent'] as const)(
  `the local %s, of seed ${SEED}`,
  { timeout: TIMEOUT_MS },
  (which) => {
    const urlOf = () => (which === 'Agent' ? local.agentUrl : local.url)

    it('answers every request, a failure in its form', async () => {
      const url = urlOf()
      const statuses = new Map<number, number>()
      await checkLater(requestOf(which), 800, async (given) => {
        const { method: verb, target } = given.line
        const headers = [['host', new URL(url).host] as const, ...given.headers]
        const answer = await sendRaw(url, rawRequest(verb, target, headers, given.body))
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
        expectCleanPrototypes()
        expect(answer.status).toBeGreaterThanOrEqual(200)
        expect(answer.status).toBeLessThan(500)
        expect(answer.headers).not.toMatch(/^(?:a|x-injected):/m)
        // Node's own parser refuses what is no HTTP, without a body.
        if (answer.status < 400 || verb === 'HEAD' || !answer.headers.includes('content-length: ')) return
        expectForm(which, answer)
      })
      // Most of them get beyond the router.
      for (const status of [200, 400, 404]) expect(statuses.get(status)).toBeGreaterThan(20)
    })

    it('outlives bytes that are no request', async () => {
      const url = urlOf()
      const bytes = fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        requestOf(which).map(({ line, headers, ...given }) =>
          rawRequest(line.method, line.target, headers, given.body),
        ),
        fc.constantFrom(
          Buffer.from(
            'POST /applications HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
          ),
          Buffer.from(
            'POST /applications HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\n',
          ),
          Buffer.from(`GET / HTTP/1.1\r\nhost: localhost\r\na: ${'x'.repeat(100_000)}\r\n\r\n`),
          Buffer.from('GET http://[::1/ HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'),
          Buffer.from('GET //[ HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n'),
          Buffer.from('GET * HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'),
        ),
      )
      // What is not finished is waited for: the end of a request ends it.
      const end = Buffer.from('\r\n\r\nGET / HTTP/1.1\r\nconnection: close\r\n\r\n')
      await checkLater(bytes, 200, async (given) => {
        const { status } = await sendRaw(url, Buffer.concat([given, end]))
        expect(status).toBeLessThan(500)
      })
      expect((await fetch(`${url}/applications`)).status).toBeLessThan(500)
    })
  },
)

function expectForm(which: string, { headers, body: text }: { headers: string; body: string }): void {
  if (which === 'Agent') {
    expect(text).toMatch(/^[A-Za-z]+: /)
    return
  }
  expect(headers).toMatch(/^x-amzn-errortype: [a-z]+:/m)
  expect(JSON.parse(text)).toMatchObject({ Message: expect.any(String) })
}
