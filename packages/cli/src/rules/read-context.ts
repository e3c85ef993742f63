/**
 * The context of rules, as `--context key=value` gives it.
 *
 * @module
 */
import { InvalidArgumentError } from 'commander'

type ContextValue = string | number | boolean

/** A context of rules. */
export type Context = Readonly<Record<string, ContextValue>>

/** Numbers and booleans are read as such where nothing is lost by it: 007 stays a text, and so does "7". */
export function readContext(pair: string, before: Context = {}): Context {
  const [, key = '', text = ''] = /^([^=]+)=([\s\S]*)$/.exec(pair) ?? []
  if (key === '') throw new InvalidArgumentError('It takes key=value, such as tier=gold.')
  const quoted = /^"([\s\S]*)"$/.exec(text)
  const number = Number(text)
  let value: ContextValue = text
  if (quoted) value = quoted[1] ?? ''
  else if (text === 'true' || text === 'false') value = text === 'true'
  else if (Number.isFinite(number) && String(number) === text) value = number
  // A key such as __proto__ is a key like any other.
  return Object.fromEntries([...Object.entries(before), [key, value]])
}
