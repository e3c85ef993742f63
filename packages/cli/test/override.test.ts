import { createAppConfig, memory } from '@appconfig-kit/core'
import { configureRequests } from '@appconfig-kit/core/adapter'
import { expect, it, onTestFinished } from 'vitest'
import { runCli } from '../src/run-cli.ts'
import { memoryIo } from './memory-io.ts'

const KEY = 'a secret of at least 32 characters'
const NOW_MS = 1_800_000_000_000

async function override(
  args: readonly string[],
  env: Record<string, string> = { APPCONFIG_OVERRIDE_KEY: KEY },
) {
  const io = memoryIo(env, () => NOW_MS)
  const code = await runCli(['override', ...args], io)
  return { code, stdout: io.stdout.text, stderr: io.stderr.text }
}

it('prints an override that an API takes', async () => {
  const { code, stdout } = await override(['sign', 'tenant-01', 'featureA=on', 'search=off', '--for', '2h'])
  expect(code).toBe(0)

  const client = createAppConfig({
    application: 'api',
    environment: 'prod',
    layers: ['default'],
    source: memory({ default: { featureA: false, search: true } }),
    clock: { now: () => NOW_MS + 2 * 3_600_000 - 1, schedule: () => () => {} },
    overrides: { keys: KEY, flags: ['featureA', 'search'] },
  })
  onTestFinished(() => client.close())
  const { configFor } = configureRequests({ client, tenant: () => 'tenant-01' })
  expect(await configFor({ headers: { 'x-appconfig-override': stdout.trim() } })).toEqual({
    featureA: true,
    search: false,
  })
})

it.each([
  ['without the secret', ['sign', 'tenant-01', 'featureA=on'], {}, /APPCONFIG_OVERRIDE_KEY/],
  [
    'for a short secret',
    ['sign', 'tenant-01', 'featureA=on'],
    { APPCONFIG_OVERRIDE_KEY: 'hush' },
    /32 characters/,
  ],
  ['for a flag without a value', ['sign', 'tenant-01', 'featureA'], undefined, /flag=on/],
  ['for no flag', ['sign', 'tenant-01'], undefined, /flag=value/],
  ['for a time that is none', ['sign', 'tenant-01', 'featureA=on', '--for', 'ever'], undefined, /duration/],
  ['for no time', ['sign', 'tenant-01', 'featureA=on', '--for', '0s'], undefined, /validForSeconds|duration/],
] as const)('refuses %s', async (_, args, env, text) => {
  const { code, stdout, stderr } = await override(args, env)

  expect(code).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toMatch(text)
  expect(stderr).not.toContain('hush')
})
