/** Whatever the arguments and the files hold: an exit code, no stack, and nothing that a terminal would obey. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { EXIT } from '../src/exit-codes.ts'
import { runCli } from '../src/run-cli.ts'
import { memoryIo } from './memory-io.ts'

const { HOSTILE_SEED, HOSTILE_RUNS = '1' } = process.env
const SEED = HOSTILE_SEED === undefined ? Date.now() % 2 ** 31 : Number(HOSTILE_SEED)
const RUNS = { seed: SEED, numRuns: Math.ceil(150 * Number(HOSTILE_RUNS)) }

const root = mkdtempSync(join(tmpdir(), 'hostile-'))
const folder = join(root, 'inside')
mkdirSync(folder)
afterAll(() => rmSync(root, { recursive: true }))

const CODES: readonly number[] = Object.values(EXIT)
const ODD = [
  ...[
    '',
    ' ',
    '-',
    '--',
    '---',
    '-rf',
    '--json',
    '--help',
    '--version',
    '--endpoint',
    '-a',
    '--__proto__=1',
    '--constructor',
  ],
  ...[
    '../..',
    '../../../../etc/passwd',
    '/dev/null',
    '.',
    folder,
    '\u0000',
    'a\u0000b',
    'a\nb',
    '\u001b[2J',
    '::error::x',
  ],
  ...[
    '__proto__',
    'constructor',
    '%2e%2e',
    'a'.repeat(5000),
    '\ud800',
    '\u202e',
    '*',
    '{a,b}',
    '$(id)',
    '`id`',
    ';id',
    '=',
    'a=b',
    '1e999',
    'NaN',
  ],
] as const

/** Commands that end by themselves. Where they ask AppConfig, nobody listens. */
const COMMANDS = [
  ['validate'],
  ['lint'],
  ['explain', '--file'],
  ['types'],
  ['deploy'],
  ['status'],
  ['stop'],
  ['revert'],
  ['override', 'sign'],
  [],
] as const

async function run(
  args: readonly string[],
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const io = memoryIo({ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' })
  const code = await runCli(args, io)
  expect(CODES).toContain(code)
  const [out, err] = [io.stdout.text, io.stderr.text]
  expect(out + err).not.toMatch(/[^\P{Cc}\n]|[\u2028-\u202e]/u)
  expect(err).not.toMatch(/^\s+at /m)
  return { code, out, err }
}

describe(`the command, with seed ${SEED}`, { timeout: 60_000 * Number(HOSTILE_RUNS) }, () => {
  it('ends with a code of its own, whatever its arguments', async () => {
    const argument = fc.oneof(
      fc.constantFrom<string>(...ODD),
      fc.string({ unit: 'binary', maxLength: 10 }),
      fc.constantFrom(
        '-a',
        '-e',
        '-p',
        '--application',
        '--environment',
        '--profile',
        '--label',
        '--watch',
        '--timeout',
      ),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...COMMANDS),
        fc.array(argument, { maxLength: 5 }),
        async (command, rest) => {
          const asks = ['deploy', 'status', 'stop', 'revert'].includes(command[0] ?? '')
          const before = asks ? ['--endpoint', 'http://127.0.0.1:1', '--timeout', '1'] : []
          // What `types` writes stays inside.
          const inside = rest.filter((part) => !/^(-o|--o)/.test(part))
          await run([...command, ...before, ...inside])
          expect(readdirSync(root)).toEqual(['inside'])
        },
      ),
      RUNS,
    )
  })

  it('prints files as they are named and written, and nothing that is obeyed', async () => {
    const odd = [
      '\u001b[31m',
      'a\n::error::b',
      '__proto__',
      'constructor',
      '\u202ea',
      'b\u0007',
      'a.b',
      '',
      'then',
    ]
    const text = fc.oneof(fc.constantFrom(...odd), fc.string({ unit: 'binary', maxLength: 6 }))
    const variant = fc.record({
      name: text,
      enabled: fc.boolean(),
      rule: fc.oneof(text, fc.constant('(eq $a "\u001b")')),
    })
    const value = fc.oneof(
      text,
      fc.constant(1e21),
      fc.record({ enabled: fc.boolean(), [odd[0] as string]: text }),
      fc.record({ _variants: fc.array(variant, { maxLength: 3 }) }),
    )
    const values = fc.dictionary(text, value, { maxKeys: 4 })
    const authored = values.map((all) => ({ version: '1', flags: {}, values: all }))
    await fc.assert(
      fc.asyncProperty(fc.oneof(values, authored), fc.constantFrom(...odd), async (document, flag) => {
        const file = join(folder, 'document.json')
        writeFileSync(file, JSON.stringify(document))
        for (const args of [
          ['validate', file],
          ['lint', file],
          ['types', file],
          ['explain', flag, '--file', file, '--context', 'a=1'],
        ]) {
          const { out } = await run(args)
          if (args[0] !== 'types') expect(out).not.toMatch(/^::/m)
        }
      }),
      RUNS,
    )
  })
})
