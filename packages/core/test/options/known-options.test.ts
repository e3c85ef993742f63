import { expect, it } from 'vitest'
import { configureRequests } from '../../src/adapter.ts'
import {
  agent,
  createAppConfig,
  direct,
  dynamicConfig,
  files,
  layer,
  memory,
  tenantFromHeader,
  tenantFromPath,
  tenantFromSubdomain,
} from '../../src/index.ts'

const OPTIONS = { application: 'api', environment: 'dev', layers: ['default'], source: memory() }

it.each<[string, () => unknown, RegExp]>([
  [
    'createAppConfig',
    () => createAppConfig({ aplication: 'api' } as never),
    /createAppConfig\(\) has no option "aplication"\. Did you mean application\? There are application, /,
  ],
  [
    'createAppConfig, of another case',
    () => createAppConfig({ ...OPTIONS, maxtenants: 1 } as never),
    /Did you mean maxTenants\?/,
  ],
  [
    'createAppConfig, like nothing',
    () => createAppConfig({ ...OPTIONS, colour: 1 } as never),
    /"colour"\. There are application,/,
  ],
  [
    'an adapter',
    () => configureRequests({ ...OPTIONS, tenat: () => null } as never),
    /appConfig\(\) has no option "tenat"\. Did you mean tenant\?.* context, skip, client, application/,
  ],
  [
    'an adapter with a client',
    () => configureRequests({ client: createAppConfig(OPTIONS), contxt: () => ({}) } as never),
    /Did you mean context\?/,
  ],
  [
    'layer',
    () => layer('ops', { optionl: true } as never),
    /layer\("ops"\) has no option "optionl"\. Did you mean optional\?/,
  ],
  [
    'a layer written out',
    () => createAppConfig({ ...OPTIONS, layers: [{ profile: 'ops', sektion: () => 'x' } as never] }),
    /layers\[0\] has no option "sektion"\. Did you mean section\?/,
  ],
  ['direct', () => direct({ regoin: 'eu-central-1' } as never), /direct\(\) .*Did you mean region\?/],
  ['agent', () => agent({ baseURI: 'http://localhost:2772' } as never), /agent\(\) .*Did you mean baseUrl\?/],
  ['files', () => files({ dir: './x' } as never), /files\(\) has no option "dir"\. There is directory/],
  [
    'files without options',
    () => files(undefined as never),
    /files\(\) takes an object of options, got undefined/,
  ],
  [
    'tenantFromHeader',
    () => tenantFromHeader('x', { setByTrustedProxy: true, preflight: true } as never),
    /Did you mean preflights\?/,
  ],
  [
    'tenantFromSubdomain',
    () => tenantFromSubdomain('example.com' as never),
    /takes an object of options, got "example\.com"/,
  ],
  [
    'tenantFromPath',
    () => tenantFromPath('/t/:tenant', { casesensitive: true } as never),
    /Did you mean caseSensitive\?/,
  ],
])('%s refuses an option there is not, and says which was meant', (_, make, text) => {
  expect(make).toThrow(
    expect.objectContaining({ code: 'OPTIONS_INVALID', message: expect.stringMatching(text) }),
  )
})

it('dynamicConfig refuses one, too, and layers beside its profile', async () => {
  for (const [wrong, text] of [
    [{ profil: 'x' }, /Did you mean profile\?/],
    [{ layers: ['x'] }, /no option "layers"/],
  ] as const)
    await expect(
      dynamicConfig({ application: 'api', environment: 'dev', source: memory(), ...wrong } as never),
    ).rejects.toMatchObject({ message: expect.stringMatching(text) })
})

it('a client refuses a listener of an event there is not', () => {
  const client = createAppConfig(OPTIONS)
  // @ts-expect-error there is no such event
  expect(() => client.on('rejectd', () => {})).toThrow(
    /on\("rejectd"\): there is no such event\. Did you mean rejected\?/,
  )
  // @ts-expect-error nobody listens
  expect(() => client.on('rejected')).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }))
})
