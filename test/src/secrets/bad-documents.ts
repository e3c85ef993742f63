/**
 * Documents with a secret at every place, each of them wrong in one way.
 *
 * @module
 */
import { SECRETS } from './markers.ts'

const { value, section, tenant, rule, pattern, choice } = SECRETS
const VALUES = { [tenant]: { a: value }, [section]: { a: value } }

/** A document whose keys are sections, and its content type. */
export interface BadDocument {
  readonly body: string | Uint8Array
  readonly contentType: string
}

function json(document: unknown): BadDocument {
  return { body: JSON.stringify(document), contentType: 'application/json' }
}

function text(body: string, contentType: string): BadDocument {
  return { body, contentType }
}

function authored(constraints: object, k: unknown): BadDocument {
  const flags = { [section]: { name: value, attributes: { k: { constraints } } } }
  return json({ version: '1', flags, values: { [section]: { enabled: true, k } } })
}

function ruled(ruleText: string): BadDocument {
  const variants = [
    { name: value, enabled: true, rule: ruleText },
    { name: 'b', enabled: false },
  ]
  return json({ ...VALUES, [section]: { _variants: variants } })
}

export const BAD_DOCUMENTS: Readonly<Record<string, BadDocument>> = {
  'a torn text': text(`{"${section}": {"a": "${value}`, 'application/json'),
  'a bad escape': text(`{"${section}": {"a": "${value}\\x"}}`, 'application/json'),
  'no JSON': text(`${value} ${section}`, 'application/json'),
  'an endless number': text(`{"${section}": 1e999, "b": "${value}"}`, 'application/json'),
  'an endless number in a section': text(`{"${section}": {"a": 1e999}}`, 'application/json'),
  'a polluting key': text(`{"${section}": {"__proto__": {"a": "${value}"}}}`, 'application/json'),
  'too deep': text(`{"${section}": ${'['.repeat(99)}"${value}"${']'.repeat(99)}}`, 'application/json'),
  'no object': json([value]),
  'a text': text(value, 'text/plain'),
  'no UTF-8': {
    body: Buffer.concat([Buffer.from(`{"${section}": "${value}`), Buffer.from([0xff, 0x22, 0x7d])]),
    contentType: 'application/json',
  },
  'broken YAML': text(`${section}:\n  a: "${value}\n b: [`, 'application/x-yaml'),
  'a tag of YAML': text(`${section}: !!binary ${value}\nb: !<${value}> a`, 'application/x-yaml'),
  'an alias of YAML': text(`${section}: *${value}`, 'application/x-yaml'),
  'a key of YAML twice': text(`${section}: ${value}\n${section}: ${value}`, 'application/x-yaml'),
  'broken Ion': text(`'${section}'::'''{"enabled": ${value}'''`, 'application/ion'),
  'a flag of Ion twice': text(
    `'${section}'::'''{"enabled":true}''' '${section}'::'''{"enabled":true}'''`,
    'application/ion',
  ),
  'a bad rule': ruled(`(and (eq $tenantId "${rule}") (${rule}))`),
  'a torn rule': ruled(`(eq $tenantId "${rule}`),
  'a bad pattern': ruled(`(matches in::$a pattern::"${pattern}(")`),
  'a bad enum': authored({ type: 'string', enum: [choice] }, value),
  'an enum of numbers': authored({ type: 'string', enum: [choice, 1] }, value),
  'a value that is not of the pattern': authored({ type: 'string', pattern: `^${pattern}$` }, value),
  'a broken pattern of an attribute': authored({ type: 'string', pattern: `${pattern}(` }, value),
  'a value of another type': authored({ type: 'number' }, value),
  'a type of nowhere': authored({ type: choice }, value),
  'a key of nowhere': json({
    version: '1',
    flags: {},
    values: { [`${section} ${value}`]: { [value]: value } },
  }),
  'a section that is no object': json({ ...VALUES, [tenant]: value }),
  'a section that is not there': json({ [section]: { a: value } }),
  'a schema that refuses': json({ ...VALUES, [tenant]: { checked: value } }),
}
