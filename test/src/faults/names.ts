/**
 * Names under `.line.test`: all of them are this machine, until one is made unknown.
 *
 * The resolver of the process is replaced for these names only, because it is where a name stops being known
 * for the AWS SDK and for `fetch` alike. An unknown one is asked for at the real resolver, as a name that
 * can't exist.
 *
 * @module
 */
import dns from 'node:dns'

type Answer = (error: Error | null, address: unknown, family?: number) => void

const DOMAIN = '.line.test'
const unknown = new Set<string>()
const lookup = dns.lookup as (...args: unknown[]) => void
let count = 0

Object.assign(dns, { lookup: lookupOfLines })

function lookupOfLines(...args: unknown[]): void {
  const [name, options] = args
  const isLine = typeof name === 'string' && name.endsWith(DOMAIN)
  if (!isLine || unknown.has(name)) {
    lookup(isLine ? 'line.invalid' : name, ...args.slice(1))
    return
  }
  const answer = args.at(-1) as Answer
  const isAll = typeof options === 'object' && (options as { all?: boolean } | null)?.all === true
  if (isAll) process.nextTick(answer, null, [{ address: '127.0.0.1', family: 4 }])
  else process.nextTick(answer, null, '127.0.0.1', 4)
}

/** A name nobody else has. */
export function newName(): string {
  count += 1
  return `${count}${DOMAIN}`
}

/** Makes a name unknown, or known again. */
export function setKnown(name: string, isKnown: boolean): void {
  if (isKnown) unknown.delete(name)
  else unknown.add(name)
}
