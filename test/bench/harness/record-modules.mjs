/**
 * A module hook that writes down what is imported, one URL a line, into the file `BENCH_MODULES` names.
 *
 * @module
 */
import { appendFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  const { createRequire, register } = await import('node:module')
  register(import.meta.url)
  // What is required inside CommonJS does not pass the hook.
  process.on('exit', () => {
    for (const file of Object.keys(createRequire(import.meta.url).cache)) record(`file://${file}`)
  })
}

export async function load(url, context, next) {
  record(url)
  return next(url, context)
}

function record(url) {
  appendFileSync(process.env['BENCH_MODULES'], `${url}\n`)
}
