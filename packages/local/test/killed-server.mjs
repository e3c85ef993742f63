// Run by journal.test.ts: a local AppConfig on the folder given, until somebody kills it.
import { startLocalAppConfig } from '../dist/index.mjs'

const local = await startLocalAppConfig({ directory: process.argv[2] })
process.send(local.url)
