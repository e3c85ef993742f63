/** The example koa-tiers, as a newcomer uses it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningExample, startExample } from '../src/example.ts'

let example: RunningExample
beforeAll(async () => {
  example = await startExample('koa-tiers', 50)
}, 30_000)
afterAll(() => example.stop())

describe('the example koa-tiers', { timeout: 30_000 }, () => {
  it('answers tenants of two tiers differently', async () => {
    const { ask } = example

    expect(await ask('ada', '/report')).toMatch(/200 OK[\s\S]*"tenant":"ada","rows":100,"formats":\["csv"\]/)
    expect(await ask('grace', '/report')).toMatch(/200 OK[\s\S]*"rows":5000,"formats":\["csv","xlsx"\]/)
    expect(await ask('ada', '/schedule')).toMatch(/404 Not Found[\s\S]*Not Found$/)
    expect(await ask('grace', '/schedule')).toMatch(/200 OK[\s\S]*"everyMinutes":60/)
    expect(await ask('ada', '/export')).toMatch(/200 OK[\s\S]*"export":"at once","rows":100/)
  })

  it('changes a tier, then everybody, while it runs', async () => {
    const { ask, type, until } = example

    expect(await type('nothing')).toBe('not one of pro, all\n')
    expect(await type('pro')).toBe('deployed tier-pro\n')
    expect(await until('grace', '/export', '"export":"in parts"')).toContain('"parts":50')
    expect(await ask('ada', '/export')).toContain('"export":"at once"')

    expect(await type('all')).toBe('deployed default\n')
    await until('ada', '/export', '"export":"in parts","parts":2')
    expect(await ask('grace', '/report')).toContain('"rows":5000')
  })
})
