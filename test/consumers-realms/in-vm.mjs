// The program in a context of its own, and the packages outside of it.
import { deepEqual } from 'node:assert'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { runInNewContext } from 'node:vm'
import * as core from '@appconfig-kit/core'
import { startLocalAppConfig } from '@appconfig-kit/local'

const file = new URL('use-everything.cjs', import.meta.url)
const module = {}
runInNewContext(readFileSync(file, 'utf8'), { module, TextEncoder })
const local = await startLocalAppConfig()
const seen = await module.exports(core, local)
await local.close()
deepEqual(seen, createRequire(import.meta.url)('./expected.cjs'))
