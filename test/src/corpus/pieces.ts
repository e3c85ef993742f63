/**
 * What documents of the corpus are made of.
 *
 * @module
 */

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

export function authored(values: object, attributes: object = {}, more: object = {}): object {
  return { version: '1', flags: { f: { name: 'F', attributes } }, values, ...more }
}

export const REST = { name: 'rest', enabled: false }
export const GOLD = { name: 'gold', enabled: true, rule: '(eq $tier "gold")' }
