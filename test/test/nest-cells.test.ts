/** The example nest-cells, as a newcomer uses it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningExample, startExample } from '../src/example.ts'
import { run } from '../src/run.ts'

let example: RunningExample
beforeAll(async () => {
  example = await startExample('nest-cells', 50)
}, 30_000)
afterAll(() => example.stop())

describe('the example nest-cells', { timeout: 30_000 }, () => {
  it('answers each tenant out of its cell', async () => {
    const { ask } = example
    const today =
      '"bedrockModelId":"anthropic.claude-v2","temperature":0.5,"described":"anthropic.claude-v2 at 0.5"'

    expect(await ask('tenant-01', '/model')).toContain(today)
    expect(await ask('tenant-02', '/model')).toContain(today)
    expect(await ask('tenant-01', '/search')).toMatch(/200 OK[\s\S]*"search":"by name","q":"a"/)
    expect(await ask('tenant-02', '/search')).toMatch(/200 OK[\s\S]*"search":"by name","q":"a"/)
    expect(await ask('tenant-03', '/search')).toMatch(/404 Not Found[\s\S]*Cannot GET \/search/)
  })

  it('reaches one cell, and then the other', async () => {
    const { ask, type, until } = example

    expect(await type('prod-01')).toBe('deployed to prod-01\n')
    await until('tenant-01', '/search', '"search":"by meaning"')
    expect(await ask('tenant-01', '/model')).toContain('anthropic.claude-v2:1 at 0.5')
    expect(await ask('tenant-02', '/search')).toContain('"search":"by name"')

    expect(await type('prod-02')).toBe('deployed to prod-02\n')
    await until('tenant-02', '/search', '"search":"by meaning"')
    expect(await ask('tenant-03', '/search')).toContain('404 Not Found')
  })

  it('is healthy, and lets nobody in without a key', async () => {
    const url = example.printed.match(/http:\S+(?=\/health)/)?.[0]

    expect((await run('curl', ['-s', `${url}/health`])).stdout).toContain('"appconfig":{"status":"up"')
    expect((await run('curl', ['-s', '-i', `${url}/model`])).stdout).toContain('401 Unauthorized')
  })
})
