import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createAppConfig, files } from '../../src/index.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'agent-names-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const served = async () => {
  const source = files({ directory })
  const client = createAppConfig({
    application: 'shop',
    environment: 'prod',
    layers: ['flags'],
    source,
    logger: false,
  })
  try {
    await client.start()
    return await client.resolve()
  } finally {
    await client.close()
  }
}

it("reads the Agent's local files without an extension", async () => {
  writeFileSync(join(directory, 'shop:prod:flags'), '{"f":{"enabled":true}}')
  expect(await served()).toEqual({ f: { enabled: true } })
})

it('says of one that is no JSON where it is none, and to mend the file', async () => {
  writeFileSync(join(directory, 'shop:prod:flags'), '{\n"f":')
  await expect(served()).rejects.toThrow(
    /is not JSON: it ends too early \(line 2, column 5\)\. Fix the file$/,
  )
})
