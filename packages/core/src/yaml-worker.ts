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
  parentPort?.postMessage({ value, problems })
})
