/**
 * From a content type to the format of a document.
 *
 * @module
 */

/** How a document is read. `unnamed`: as JSON, else as text, because its content type says nothing. */
export type Format = 'json' | 'yaml' | 'ion' | 'unnamed' | 'text'

const JSON_TYPES = ['application/json', 'text/json', 'application/x-json']
/** Content types that say nothing; stores give them to contents without a type. */
const UNNAMED_TYPES = ['', 'application/octet-stream', 'binary/octet-stream']
const YAML_TYPE = /^(?:application|text)\/(?:x-|vnd\.)?yaml$/

/**
 * The format of a content type.
 *
 * @param contentType as AppConfig gave it, with parameters.
 */
export function formatOf(contentType: string | undefined): Format {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (UNNAMED_TYPES.includes(type)) return 'unnamed'
  if (JSON_TYPES.includes(type) || type.endsWith('+json')) return 'json'
  if (YAML_TYPE.test(type) || type.endsWith('+yaml')) return 'yaml'
  return type === 'application/ion' ? 'ion' : 'text'
}
