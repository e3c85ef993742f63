// What use-everything.cjs sees.
module.exports = {
  defaults: { limit: 5, nested: { list: [1, { a: null }] }, beta: true },
  layers: { beta: true },
  pattern: 'TENANT_ID_INVALID',
  absent: 'CONFIG_UNAVAILABLE',
  unknown: 'TENANT_UNKNOWN',
  schema: 'CONFIG_UNAVAILABLE',
  options: 'OPTIONS_INVALID',
  direct: { beta: true },
  yaml: { beta: true },
  agent: { beta: true },
  nobody: 'CONFIG_UNAVAILABLE',
}
