/**
 * What installing a package brings: itself and all it depends on, files and bytes.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** @param folder of a package that is installed, its dependencies beside it or around it. */
export function installSize(folder) {
  const folders = new Set()
  collect(realpathSync(folder), folders)
  let bytes = 0
  for (const each of folders) bytes += bytesOf(each)
  return { packages: folders.size, bytes }
}

function collect(folder, folders) {
  if (folders.has(folder)) return
  folders.add(folder)
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  for (const name of Object.keys(dependencies)) {
    const found = find(folder, name)
    if (found !== undefined) collect(found, folders)
  }
}

function find(folder, name) {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const candidate = join(at, 'node_modules', name)
    if (existsSync(candidate)) return realpathSync(candidate)
  }
  return undefined
}

/** Of a package of this workspace, only what is published. */
function bytesOf(folder) {
  const isOurs =
    existsSync(join(folder, 'src')) && existsSync(join(folder, 'dist')) && !folder.includes('node_modules')
  return sum(isOurs ? join(folder, 'dist') : folder)
}

function sum(folder) {
  let bytes = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += sum(path)
    else if (entry.isFile()) bytes += statSync(path).size
  }
  return bytes
}
