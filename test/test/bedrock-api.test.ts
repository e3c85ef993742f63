/** The example, as a newcomer uses it: every line it prints is run as printed. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Running, run, start } from '../src/run.ts'

const SPEED = 50
let example: Running
let printed: string
beforeAll(async () => {
  const args = [
    'examples/bedrock-api/dist/main.mjs',
    '--port',
    '0',
    '--appconfig-port',
    '0',
    '--speed',
    String(SPEED),
  ]
  example = start(process.execPath, args)
  printed = (await example.printed(/^[\s\S]*Stop: Ctrl-C/m))[0]
})
afterAll(async () => {
  example.process.kill()
  await example.finished
})

/** The lines to try, as they stand in the output. */
const lines = (start: string) => printed.split('\n').filter((line) => line.trim().startsWith(start))
const shell = async (line: string): Promise<string> => (await run('sh', ['-c', line])).stdout
const ask = (tenant: string, path: string) =>
  shell(lines('curl -i').find((line) => line.includes(tenant) && line.endsWith(path)) as string)
const deploy = (change: string) => shell(lines('node').find((line) => line.includes(change)) as string)

async function untilAnswer(tenant: string, path: string, holds: string): Promise<string> {
  for (;;) {
    const answer = await ask(tenant, path)
    if (answer.includes(holds)) return answer
  }
}

describe('the example bedrock-api', { timeout: 60_000 }, () => {
  it('answers its two tenants differently', async () => {
    expect(printed).toContain('every 15 s')
    expect(lines('curl -i')).toHaveLength(4)
    expect(await ask('tenant-01', '/model')).toMatch(
      /200 OK[\s\S]*"anthropic.claude-v2","temperature":0.5,"maxTokens":4096/,
    )
    expect(await ask('tenant-02', '/model')).toMatch(
      /200 OK[\s\S]*"anthropic.claude-v2","temperature":0.2,"maxTokens":256/,
    )
    expect(await ask('tenant-01', '/search')).toMatch(/200 OK[\s\S]*"search":"new"/)
    expect(await ask('tenant-02', '/search')).toMatch(/200 OK[\s\S]*"search":"old"/)
  })

  it('changes its answers while it runs: twice each, the ops switch while the other bakes', async () => {
    expect(await deploy('second-version')).toMatch(/deployment \d+ is DEPLOYING/)
    expect(await deploy('second-version')).toMatch(/has it already.* (DEPLOYING|BAKING)/)
    expect(await deploy('ops-incident')).toMatch(/COMPLETE/)
    expect(await deploy('ops-incident')).toMatch(/has it already/)

    await untilAnswer('tenant-01', '/model', '"anthropic.claude-v2:1","temperature":0.7')
    expect(await untilAnswer('tenant-02', '/model', '"anthropic.claude-v2:1"')).toContain('"temperature":0.2')
    expect(await untilAnswer('tenant-01', '/search', '404 Not Found')).toContain('X-Event-Sink: disk')
    await untilAnswer('tenant-02', '/search', '404 Not Found')
    const sink = printed.match(/events to (\S+)/)?.[1] as string
    expect(readFileSync(sink, 'utf8')).toContain('{"path":"/search","tenant":"tenant-01"}')

    await deploy('ops-normal')
    expect(await untilAnswer('tenant-01', '/search', '"search":"new"')).toContain('X-Event-Sink: remote')
    await deploy('ops-incident')
    await untilAnswer('tenant-01', '/search', '404 Not Found')
  })

  it('is healthy, and lets nobody in without a key', async () => {
    const health = JSON.parse(await shell(printed.match(/curl \S+\/health/)?.[0] as string))
    expect(health).toMatchObject({ status: 'ok' })
    expect(JSON.stringify(health)).not.toContain('claude')
    expect(await shell(`curl -i ${printed.match(/http:\S+\/model/)?.[0]}`)).toContain('401 Unauthorized')
  })
})
