// Opens and closes a client 1,000 times; prints the timers and the memory it left.
import { createAppConfig, direct } from '@appconfig-kit/core'
import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'

const TIMES = 1000
const sdk = new AppConfigDataClient({ endpoint: process.env.ENDPOINT, region: 'us-east-1' })
const open = () =>
  createAppConfig({
    application: 'api',
    environment: 'prod-01',
    layers: ['default', (tenant) => `tenant-${tenant.id}`],
    source: direct({ client: sdk }),
    logger: false,
  })
async function once(turn) {
  const client = open()
  const loading = client.resolve('t-1')
  // Closed while it loads, warm, and twice.
  if (turn % 3 === 0) loading.catch(() => {})
  else if ((await loading).own !== 't-1') throw new Error('not served')
  await Promise.all([client.close(), client.close()])
}
const held = () => {
  for (let i = 0; i < 4; i++) globalThis.gc()
  return process.memoryUsage().heapUsed / 1e6
}

for (let turn = 0; turn < 50; turn++) await once(turn)
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
const [heldBefore, timersBefore] = [held(), timers()]
for (let turn = 0; turn < TIMES; turn++) await once(turn)
console.log(JSON.stringify({ grownMegabytes: held() - heldBefore, grownTimers: timers() - timersBefore }))
sdk.destroy()
