/** What deployments leave in memory, in a process that collects when told to. */
import { expect, it } from 'vitest'
import { ROOT, run } from '../src/run.ts'

const MEGABYTES = 2
const DEPLOYMENTS = 40

const PROGRAM = `
  import { createAppConfig, memory } from '@appconfig-kit/core'
  const documentOf = (version) => ({
    version,
    filler: Array.from({ length: ${MEGABYTES} * 10_000 }, (_, at) => \`\${version} \${at} \${'x'.repeat(90)}\`),
    beta: { _variants: [{ name: 'on', enabled: true, rule: '(eq $tier "gold")' }, { name: 'off', enabled: false }] },
  })
  const heldMegabytes = () => {
    for (let i = 0; i < 4; i++) globalThis.gc()
    return process.memoryUsage().heapUsed / 1e6
  }
  const turn = () => new Promise((resolve) => setTimeout(resolve, 5))
  const source = memory({ default: documentOf(0) })
  const client = createAppConfig({ application: 'api', environment: 'dev', layers: ['default'], source })
  // Twice: a view is kept from its second request on.
  const look = async () => { for (let i = 0; i < 3; i++) (await client.resolve({ id: 't-1', tier: 'gold' })).beta }
  await look()
  const before = heldMegabytes()
  for (let version = 1; version <= ${DEPLOYMENTS}; version++) {
    source.publish('default', documentOf(version))
    await turn()
    await look()
  }
  const after = heldMegabytes()
  await client.close()
  await turn()
  console.log(JSON.stringify({ kept: after - before, keptAfterClose: heldMegabytes() - before }))
`

it('of a document with variants holds a few versions, whatever was deployed before', async () => {
  const { code, stdout, stderr } = await run(
    process.execPath,
    ['--expose-gc', '--input-type=module', '-e', PROGRAM],
    `${ROOT}test`,
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { kept, keptAfterClose } = JSON.parse(stdout)
  // Two versions are held on purpose; forty would be eighty megabytes.
  expect(kept).toBeLessThan(5 * MEGABYTES)
  expect(keptAfterClose).toBeLessThan(5 * MEGABYTES)
})
