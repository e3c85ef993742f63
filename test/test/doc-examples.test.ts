/** The examples in the code's comments compile and run; every source is one in memory. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../src/compile.ts'
import { docExamples, programOf } from '../src/doc-examples.ts'
import { ROOT, run } from '../src/run.ts'

/** Inside the workspace, so that packages resolve as they do for a user. */
const FOLDER = join(ROOT, 'test/node_modules/.doc-examples')
const examples = docExamples()

describe('the examples in comments', () => {
  let errors = ''
  beforeAll(async () => {
    rmSync(FOLDER, { recursive: true, force: true })
    for (const { name, packageName, code } of examples) {
      const exported = Object.keys(await import(`@appconfig-kit/${packageName}`))
      mkdirSync(join(FOLDER, name), { recursive: true })
      writeFileSync(join(FOLDER, name, 'index.mts'), programOf({ name, packageName, code }, exported))
      writeFileSync(
        join(FOLDER, name, 'tsconfig.json'),
        JSON.stringify({
          extends: relative(join(FOLDER, name), join(ROOT, 'tsconfig.base.json')),
          compilerOptions: {
            noEmit: false,
            outDir: 'out',
            allowImportingTsExtensions: false,
            noUnusedLocals: false,
            noUnusedParameters: false,
            experimentalDecorators: true,
            emitDecoratorMetadata: true,
          },
          include: ['index.mts'],
        }),
      )
    }
    errors = await compile(examples.map(({ name }) => join(FOLDER, name)))
  }, 300_000)

  it('are there', () => {
    expect(examples.length).toBeGreaterThan(20)
  })

  it.each(examples.map(({ name }) => name))('%s compiles and runs', async (name) => {
    expect(errors.split('\n').filter((line) => line.includes(`/${name}/`))).toEqual([])
    const { code, stderr } = await run(
      process.execPath,
      [join(FOLDER, name, 'out/index.mjs')],
      join(ROOT, 'test'),
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})
