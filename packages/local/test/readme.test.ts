import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const folder = new URL('..', import.meta.url)
const readme = read('README.md')

describe('the README', () => {
  const programs = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code)

  it.each(programs)('prints what it says it prints: %#', async (code) => {
    const promised = [...code.matchAll(/console\.log\(.*\) \/\/ (.*)/g)].map(([, text]) => text)

    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
      cwd: fileURLToPath(folder),
    })

    expect(promised.length).toBeGreaterThan(0)
    expect(stdout.trim().split('\n')).toEqual(promised)
  })

  it('lists every option', () => {
    const source = read('src/settings.ts') + read('src/start-local-appconfig.ts')
    const interfaces = [...source.matchAll(/interface \w+Options .*?\n\}/gs)].join('\n')
    const options = [...interfaces.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name)
    const listed = [...readme.matchAll(/^\| (`\w+`.*?) \|.*\|.*\|$/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    )

    expect(options.length).toBeGreaterThan(15)
    expect(options.filter((option) => !listed.includes(option))).toEqual([])
  })
})

function read(path: string): string {
  return readFileSync(new URL(path, folder), 'utf8')
}
