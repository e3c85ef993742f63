/** The types under the versions of TypeScript that users have: those of `typed/`, and our declarations themselves. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT, run } from '../src/run.ts'

/**
 * All problems in files of ours: third parties' declarations may want another version.
 *
 * @param declarations whether our declarations are checked, too, and not only used.
 */
async function problemsUnder(alias: string, declarations: boolean): Promise<readonly string[]> {
  const folder = join(ROOT, 'test')
  const tsc = join(folder, 'node_modules', alias, 'bin/tsc')
  const { stdout } = await run(
    process.execPath,
    [tsc, '--noEmit', '--skipLibCheck', String(!declarations), '-p', 'typed'],
    folder,
  )
  return stdout.split('\n').filter((line) => /^(?:typed|\.\.\/packages)\/|^error/.test(line))
}

describe('the types', { timeout: 300_000 }, () => {
  it.concurrent.each([
    ['5.9', 'typescript59'],
    ['6.0', 'typescript60'],
  ])('are right under TypeScript %s', async (_, alias) => {
    expect(await problemsUnder(alias, false)).toEqual([])
  })

  it.concurrent('are right under TypeScript 5.6, but for CommonJS with Nest 12, which is ESM only', async () => {
    const problems = await problemsUnder('typescript56', true)

    // TypeScript 5.8 is the first that knows require() of an ES module.
    expect(
      problems.filter(
        (line) => !/^\S+\.d?\.?cts\(.*error TS(?:1471|1479): .*@nestjs\/(?:common|core)/.test(line),
      ),
    ).toEqual([])
    expect(problems.length).toBeGreaterThan(0)
  })
})
