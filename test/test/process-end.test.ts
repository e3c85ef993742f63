import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT, start } from '../src/run.ts'
import { APPLICATION, ENVIRONMENT, startWorld, type World } from '../src/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  await world.deploy('default', { a: 1 })
})
afterAll(() => world.close())

const program = (end: string) => `
  import { createAppConfig, direct } from '@appconfig-kit/core'
  const client = createAppConfig({
    application: '${APPLICATION}', environment: '${ENVIRONMENT}', layers: ['default'],
    source: direct({ endpoint: '${world.local.url}', region: 'us-east-1' }),
  })
  await client.resolve('tenant-01')
  ${end}
  console.log(client.peek('tenant-01')?.a ?? 'closed')
`

describe('a process', () => {
  it.each([
    ['that called close()', 'await client.close()', 'closed'],
    ['that never did, and has nothing else to do', '', '1'],
  ])('%s ends by itself within a second, and we print nothing', async (_, end, printed) => {
    const child = start(process.execPath, ['--input-type=module', '-e', program(end)], `${ROOT}test`, {
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    })
    await child.printed(/.+/)
    const deadline = setTimeout(() => child.process.kill('SIGKILL'), 1000)
    const [code] = await once(child.process, 'close')
    clearTimeout(deadline)
    expect(code).toBe(0)
    expect(await child.finished).toEqual({ code: 0, stdout: `${printed}\n`, stderr: '' })
  })

  it('is not taken down by anything that fails after its start', async () => {
    const child = start(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `
        import { createAppConfig, direct } from '@appconfig-kit/core'
        const client = createAppConfig({
          application: 'api', environment: 'dev', layers: ['default'], startTimeoutMs: 50, resolveTimeoutMs: 300,
          source: direct({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1' }),
        })
        void client.start().catch((error) => console.log(error.code, error.cause.code, error.cause.message.includes('api/dev/default')))
        setTimeout(() => console.log('alive'), 400)
        `,
      ],
      `${ROOT}test`,
      { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    )
    const { code, stdout, stderr } = await child.finished
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'CONFIG_UNAVAILABLE SOURCE_FAILED true\nalive\n' })
    // Each problem is told once, however often it was met.
    expect(stderr.match(/\[[A-Z_]+\] AppConfigKitWarning/g)?.sort()).toEqual([
      '[SOURCE_FAILED] AppConfigKitWarning',
      '[START_FAILED] AppConfigKitWarning',
    ])
  })
})
