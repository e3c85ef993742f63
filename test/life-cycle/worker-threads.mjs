// A client in the main thread and one in each of three threads, which end differently.
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { createAppConfig, direct } from '@appconfig-kit/core'

const client = createAppConfig({
  application: 'api',
  environment: 'prod-01',
  layers: ['default'],
  source: direct({ endpoint: process.env.ENDPOINT, region: 'us-east-1' }),
})
const { a } = await client.resolve()
if (isMainThread) {
  const codes = ['closes', 'just ends', 'is terminated'].map(
    (end) =>
      new Promise((resolve) => {
        const worker = new Worker(new URL(import.meta.url), { workerData: end })
        worker.once('message', () => void (end === 'is terminated' && worker.terminate()))
        worker.once('exit', resolve)
      }),
  )
  console.log(a, (await Promise.all(codes)).join(' '), (await client.resolve()).a)
  await client.close()
} else {
  const { parentPort } = await import('node:worker_threads')
  parentPort.postMessage(a)
  if (workerData === 'closes') await client.close()
  if (workerData === 'is terminated') setInterval(() => {}, 1000)
}
