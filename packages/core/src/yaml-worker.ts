/**
 * The worker thread that reads large YAML documents: see `reading/yaml-thread.ts`.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads'
import { readYaml } from './reading/read-yaml.ts'
import { loadYamlParser } from './reading/yaml-parser.ts'

void loadYamlParser().then(() => {
  const { value, problems } = readYaml(workerData as string)
  // A text is handed over at once; a value would be copied part by part, while the event loop waits.
  const json = value === undefined ? undefined : JSON.stringify(value)
  parentPort?.postMessage({ json, problems })
})
