/**
 * The documents, tenants and contexts that every participant gets.
 *
 * @module
 */
export const FLAG = 'flag0'
export const TENANTS = Array.from({ length: 10_000 }, (_, at) => `tenant-${at}`)
export const TENANT = TENANTS[7]

const USERS = Array.from({ length: 65_536 }, (_, at) => `user-${at * 7919}`)
let turn = 0

/** Keeps the engine from seeing that nobody keeps a context, and from making none. */
let latest

/** A context nobody has seen before, or not for long: only the split decides about it. */
export function freshContext(tenantId = TENANT) {
  latest = {
    tenantId,
    userId: USERS[turn++ & 65_535],
    tier: 'pro',
    country: 'DE',
    email: 'ann@example.com',
  }
  return latest
}

/** A hundred flags that are on, each with an attribute. */
export function plainDocument(flags = 100) {
  return Object.fromEntries(
    Array.from({ length: flags }, (_, at) => [`flag${at}`, { enabled: true, limit: at }]),
  )
}

/** Three rules and a split, as AppConfig has them. */
function variantFlag() {
  return {
    _variants: [
      { name: 'enterprise', enabled: true, rule: '(eq $tier "enterprise")' },
      { name: 'alps', enabled: true, rule: '(in $country ["CH", "AT"])' },
      { name: 'testers', enabled: true, rule: '(begins_with $email "qa-")' },
      { name: 'half', enabled: true, rule: '(split pct::50 by::$userId)' },
      { name: 'rest', enabled: false },
    ],
  }
}

/** A document of so many flags, of which so many, and {@link FLAG} first, have variants. */
export function ruleDocument({ flags, variants }) {
  return {
    ...plainDocument(flags),
    ...Object.fromEntries(Array.from({ length: variants }, (_, at) => [`flag${at}`, variantFlag()])),
  }
}

/** The same decision, written by hand. */
export function handRule(context) {
  return (
    context.tier === 'enterprise' ||
    ALPS.has(context.country) ||
    context.email.startsWith('qa-') ||
    fnv1a(context.userId) < 0x80000000
  )
}

const ALPS = new Set(['CH', 'AT'])

function fnv1a(text) {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
