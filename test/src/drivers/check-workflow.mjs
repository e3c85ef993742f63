/**
 * Prints what GitHub's own language service has against a workflow, a line for each problem.
 *
 * A program of its own: the service imports JSON as bundlers take it, and Node wants an attribute on such an import.
 */
import { readFileSync } from 'node:fs'
import { register } from 'node:module'

const hooks = `
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
export const load = async (url, context, next) => url.endsWith('.json')
  ? { format: 'module', source: 'export default ' + readFileSync(fileURLToPath(url), 'utf8'), shortCircuit: true }
  : next(url, context)
`
register(`data:text/javascript,${encodeURIComponent(hooks)}`)

const { validate } = await import('@actions/languageservice')
const { TextDocument } = await import('vscode-languageserver-textdocument')
const [, , file] = process.argv
const uri = 'file:///repository/.github/workflows/rollout.yml'
const document = TextDocument.create(uri, 'yaml', 1, readFileSync(file, 'utf8'))
for (const { range, message } of await validate(document)) {
  process.stdout.write(`${range.start.line + 1}: ${message}\n`)
}
