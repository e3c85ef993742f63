/**
 * The check `yaml-word`: `yes`, `off` and their like, which YAML 1.1 reads as booleans.
 *
 * AppConfig's libraries and ours read YAML 1.2, to which they are texts. So whoever writes
 * `enabled: yes` has a flag that is never on.
 *
 * @module
 */
import { isPair, LineCounter, parseDocument, type Scalar, visit } from 'yaml'
import type { Problem } from '../documents/flag-problems.ts'
import type { Check } from './check.ts'

/** The words of YAML 1.1 that YAML 1.2 has not, in the cases it lists. */
const TRUE = /^(?:y|Y|yes|Yes|YES|on|On|ON)$/
const FALSE = /^(?:n|N|no|No|NO|off|Off|OFF)$/

export const yamlWord: Check = ({ yaml }) => {
  if (yaml === undefined) return []
  const lines = new LineCounter()
  const document = parseDocument(yaml, { version: '1.2', logLevel: 'silent', lineCounter: lines })
  const problems: Problem[] = []
  if (document.errors.length > 0) return problems
  visit(document, {
    Scalar(at, node, path) {
      if (at === 'key' || !isPlainText(node)) return
      const read = TRUE.test(node.value) ? true : FALSE.test(node.value) ? false : undefined
      if (read === undefined) return
      const { line, col } = lines.linePos(node.range?.[0] ?? 0)
      const keys = path.flatMap((part) => (isPair(part) ? [String(part.key)] : []))
      problems.push({ place: `${line}:${col}`, problem: problemOf(node.value, read, keys) })
    },
  })
  return problems
}

/** A text without quotes, and without a tag that says that it is one. */
function isPlainText(node: Scalar): node is Scalar<string> {
  return node.type === 'PLAIN' && node.tag === undefined && typeof node.value === 'string'
}

function problemOf(word: string, read: boolean, keys: readonly string[]): string {
  const is = `${keys.join('.')} is the text "${word}", not ${read}`.trim()
  if (keys.at(-1) !== 'enabled') return `${is}: write ${read}, or put it in quotes`
  return read ? `${is}, so the flag is never on: write true` : `${is}: write false`
}
