import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { GetConfigurationProfileCommand } from '@aws-sdk/client-appconfig'
import { expect, it, onTestFinished } from 'vitest'
import { startLocalAppConfig } from '../src/index.ts'
import { API, failure, open, poll, start } from './start.ts'

it('deploys what a folder of files holds', async () => {
  const seed = folderOf({
    'api/prod-01/default.json': '{"a":1}',
    'api/prod-01/limits.yaml': 'a: 1',
    'api/prod-02/default.yml': 'a: 2',
    'api/prod-01/README.md': 'no config',
    'api/prod-01/.default.json.swp': 'no config',
    '.git/api/default.json': 'no config',
  })

  const { local, data } = await start({ seed })

  const { text, output } = await poll(data, await open(data))
  expect([text, output.ContentType]).toEqual(['{"a":1}', 'application/json'])
  expect(await served(local.agentUrl, 'prod-01/configurations/limits')).toEqual([
    'application/x-yaml',
    'a: 1',
  ])
  expect(await served(local.agentUrl, 'prod-02/configurations/default')).toEqual([
    'application/x-yaml',
    'a: 2',
  ])
})

it('leaves alone what is served already', async () => {
  const [directory, seed] = [folderOf({}), folderOf({ 'api/prod-01/default.json': '"seed"' })]
  const first = await start({ directory, seed })
  await first.local.deploy({ ...API, content: 'deployed later' })
  await first.local.close()

  const { data, control } = await start({ directory, seed })

  expect((await poll(data, await open(data))).text).toBe('deployed later')
  await control.send(
    new GetConfigurationProfileCommand({ ApplicationId: 'api', ConfigurationProfileId: 'default' }),
  )
})

it('stays within its folder', async () => {
  const outside = folderOf({ 'secret.json': '"secret"' })
  const seed = folderOf({ 'api/prod-01/real.json': '"real"' })
  symlinkSync(join(outside, 'secret.json'), join(seed, 'api/prod-01/default.json'))

  const error = await failure(startLocalAppConfig({ seed }))

  expect(error).toMatchObject({
    code: 'SEED_INVALID',
    message: expect.stringContaining('out of the seed folder'),
  })
})

it.each([
  ['a profile twice', { 'api/prod-01/default.json': '1', 'api/prod-01/default.yaml': '1' }, /two extensions/],
  ['no folder', undefined, /does it exist/],
])('refuses %s', async (_, files, message) => {
  const seed = files ? folderOf(files) : join(tmpdir(), 'there-is-no-such-folder')

  const error = await failure(startLocalAppConfig({ seed }))

  expect(error).toMatchObject({ code: 'SEED_INVALID', message: expect.stringMatching(message) })
})

async function served(agentUrl: string, path: string): Promise<[string | null, string]> {
  const response = await fetch(`${agentUrl}/applications/api/environments/${path}`)
  return [response.headers.get('content-type'), await response.text()]
}

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'local-appconfig-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}
