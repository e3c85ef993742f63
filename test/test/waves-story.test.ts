/** The example, as it is run, with its drivers killed half-way; only faster. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Finished, run } from '../src/run.ts'

const PROGRAM = 'examples/waves-story/dist/main.mjs'

let folder: string
let told: Finished
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'waves-story-'))
  told = await run(process.execPath, [PROGRAM, '--speed', '200', '--kill', '--plot', folder])
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true }))

describe('the example waves-story', () => {
  it('comes out as it is told, though its drivers are killed', () => {
    expect(told).toMatchObject({ code: 0, stderr: '' })
    expect(told.stdout.match(/^(yes|NO ) .*$/gm)).toEqual([
      expect.stringMatching(/^yes {2}v2: complete, on every instance of 4 cells$/),
      expect.stringMatching(
        /^yes {2}v3: everywhere in dev and staging, on \d+ of 10 instances in prod-01, never in prod-02$/,
      ),
      expect.stringMatching(
        /^yes {2}judged after \d+ failed requests: v3 is taken back; prod-01: errors v3 \d+\/\d+, v2 \d+\/\d+: worse$/,
      ),
      expect.stringMatching(/^yes {2}taken back from prod-01, staging, dev, in this order$/),
      expect.stringMatching(/^yes {2}every instance is on v2 again$/),
      expect.stringMatching(/^yes {2}of [\d,]+ requests, 0 failed for want of configuration$/),
      expect.stringMatching(/^yes {2}the driver was killed 2 times, and nothing was lost$/),
    ])
    expect(told.stdout).toMatch(/\nThe story came out as told\.\n$/)
  })

  it('prints lines where there is no terminal, with what the gate says', () => {
    expect(told.stdout).not.toContain('\u001b')
    expect(told.stdout).toMatch(/ prod-01 {2}v\d [A-Z_]+.* errors v\d \d+\/\d+, v\d \d+\/\d+: \w+/)
  })

  it('draws a plot, as SVG and PNG', () => {
    const svg = readFileSync(join(folder, 'waves-story.svg'), 'utf8')
    const png = readFileSync(join(folder, 'waves-story.png'))

    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox/)
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    for (const version of ['v1', 'v2', 'v3', 'errors']) {
      expect(svg.match(new RegExp(`<path class="${version}" d="M`, 'g'))).toHaveLength(4)
    }
    for (const label of ['dev', 'staging', 'prod-01', 'prod-02', 'v3: stopped in prod-01']) {
      expect(svg).toContain(label)
    }
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    // Width and height of its header.
    expect([png.readUInt32BE(16), png.readUInt32BE(20) > 500]).toEqual([1000, true])
  })

  it('takes no speed it cannot keep', async () => {
    expect(await run(process.execPath, [PROGRAM, '--speed', 'x'])).toEqual({
      code: 2,
      stdout: '',
      stderr: '--speed takes a number from 1 to 400, got x.',
    })
  })
})
