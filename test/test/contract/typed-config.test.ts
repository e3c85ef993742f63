/**
 * The program in typed/: what it says compiles, and what it says must not, does not.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

it('types every adapter by one declaration, imported and required', () => {
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
  const program = join(import.meta.dirname, '../../typed')

  const { status, stdout } = spawnSync(
    process.execPath,
    [join(typescript, 'bin/tsc'), '--project', program],
    {
      encoding: 'utf8',
    },
  )

  expect(stdout).toBe('')
  expect(status).toBe(0)
}, 60_000)
