import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isEnabled } from '../../src/index.ts'
import { flagReport, saveFlagReads, testConfig, untestedFlags } from '../../src/testing.ts'

const directory = mkdtempSync(join(tmpdir(), 'flag-reads-'))
afterAll(() => rmSync(directory, { recursive: true }))

// One record for the whole file: each test has flags of its own.
const of = (start: string) => untestedFlags().filter(({ flag }) => flag.startsWith(start))

describe('the flags that no test exercised', () => {
  it('are those that were read on one side or none, over all configurations of the process', () => {
    const config = testConfig({ aBoth: true, aOn: true, aNone: false, aNoFlag: 3, aText: 'x' })
    isEnabled(config.current(), 'aBoth')
    void config.current()['aOn']
    isEnabled(testConfig({ aBoth: false }).current(), 'aBoth')

    expect(of('a')).toEqual([
      { flag: 'aNone', never: ['on', 'off'] },
      { flag: 'aOn', never: ['off'] },
    ])
  })

  it('count the side of the variant a request got', () => {
    const _variants = [
      { name: 'x', enabled: true, rule: '(eq $tenantId "acme")' },
      { name: 'y', enabled: false },
    ]
    const { current } = testConfig({ bFlag: { _variants }, bOther: { _variants } })

    isEnabled(current('acme'), 'bFlag')
    expect(of('bFlag')).toEqual([{ flag: 'bFlag', never: ['off'] }])
    isEnabled(current('other'), 'bFlag')
    expect(of('b')).toEqual([{ flag: 'bOther', never: ['on', 'off'] }])
  })

  it('are a text for the end of a run', () => {
    testConfig({ cNone: true })

    expect(flagReport()).toMatch(
      /^Flags that were not tested on both sides:\n(.*\n)* {2}cNone: never on, never off/,
    )
  })

  it('are none that another test file has exercised', () => {
    const config = testConfig({ dFlag: true })
    writeFileSync(
      join(directory, 'flag-reads-of-another.json'),
      JSON.stringify({ dFlag: ['off'], dOther: [] }),
    )
    writeFileSync(join(directory, 'notes.txt'), 'no record')
    isEnabled(config.current(), 'dFlag')
    saveFlagReads(directory)

    const untested = untestedFlags(directory).filter(({ flag }) => flag.startsWith('d'))

    expect(untested).toEqual([{ flag: 'dOther', never: ['on', 'off'] }])
    expect(of('dFlag')).toEqual([{ flag: 'dFlag', never: ['off'] }])
    expect(untestedFlags(join(directory, 'not-there'))).toEqual(untestedFlags())
  })
})
