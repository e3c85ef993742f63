// Run by extensions-kept.test.ts: a local AppConfig on the folder given, whose extension answers so many ticks
// and then waits, until somebody kills it.
import { startLocalAppConfig } from '../dist/index.mjs'

const [, , directory, answered] = process.argv
let count = 0
const handler = () => {
  count += 1
  if (count <= Number(answered)) return { Directive: 'CONTINUE' }
  process.send('asked')
  return new Promise(() => {})
}
const local = await startLocalAppConfig({
  directory,
  speed: 6000,
  extensions: [{ name: 'gate', actionPoint: 'AT_DEPLOYMENT_TICK', handler }],
})
await local.deploy({
  application: 'api',
  environment: 'prod-01',
  profile: 'default',
  content: 'one',
  strategy: 'AppConfig.Linear20PercentEvery6Minutes',
})
