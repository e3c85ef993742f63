/** The example, as it is run; only faster. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Finished, run } from '../src/run.ts'

const PROGRAM = 'examples/rollback-story/dist/main.mjs'

let folder: string
let told: Finished
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollback-story-'))
  const args = [PROGRAM, '--speed', '300', '--plot', join(folder, 'story.svg')]
  told = await run(process.execPath, args)
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true }))

describe('the example rollback-story', () => {
  it('comes out as it is told', () => {
    expect(told).toMatchObject({ code: 0, stderr: '' })
    const claims = told.stdout.match(/^(yes|NO ) .*$/gm)
    expect(claims).toEqual([
      expect.stringMatching(/^yes {2}v1, everywhere: 10 instances$/),
      expect.stringMatching(/^yes {2}v2, step by step: 0, .*10 instances, never fewer than before$/),
      expect.stringMatching(
        /^yes {2}v3, a bad one: it reached [1-9] of 10 instances, and [\d,]+ requests failed$/,
      ),
      expect.stringMatching(/^yes {2}rolled back by CLOUDWATCH_ALARM: alarm \S+:api-error-rate is in ALARM$/),
      expect.stringMatching(/^yes {2}v2 again, everywhere: 10 instances$/),
      expect.stringMatching(
        /^yes {2}of [\d,]+ requests, 0 failed for want of configuration, 0 with v1 or v2$/,
      ),
    ])
    expect(told.stdout).toMatch(/\nThe story came out as told\.\n$/)
  })

  it('prints lines where there is no terminal', () => {
    expect(told.stdout).not.toContain('\u001b')
    expect(told.stdout).toMatch(
      / v2 DEPLOYING 20% [\s\S]* v2 BAKING [\s\S]* v2 COMPLETE [\s\S]* v3 ROLLED_BACK {2}ALARM /,
    )
  })

  it('draws a plot, and says where', () => {
    const [, file = ''] = told.stdout.match(/^The plot: (.*)$/m) ?? []
    const svg = readFileSync(file, 'utf8')

    expect(file).toBe(join(folder, 'story.svg'))
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox/)
    expect(svg).toMatch(/<\/svg>\n$/)
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    for (const version of ['v1', 'v2', 'v3', 'errors']) expect(svg).toContain(`<path class="${version}" d="M`)
    for (const label of ['instances', 'errors, %', 'minutes', 'the alarm: 5%', 'AppConfig rolls back']) {
      expect(svg).toContain(label)
    }
  })

  it('takes no speed it cannot keep', async () => {
    expect(await run(process.execPath, [PROGRAM, '--speed', 'x'])).toEqual({
      code: 2,
      stdout: '',
      stderr: '--speed takes a number from 1 to 1000, got x.',
    })
  })
})
