// What a program hands in and gets back, wherever its globals come from. It answers what it saw.
module.exports = async function useEverything(
  { agent, createAppConfig, direct, isAppConfigError, memory },
  local,
) {
  const place = { application: 'api', environment: 'dev', layers: ['default'] }
  const seen = {}

  async function resolveWith(options, tenant) {
    const client = createAppConfig({
      ...place,
      source: memory({ default: { beta: true } }),
      logger: false,
      ...options,
    })
    try {
      return await client.resolve(tenant)
    } catch (error) {
      return isAppConfigError(error) ? error.code : `not one of ours: ${error}`
    } finally {
      await client.close()
    }
  }

  seen.defaults = await resolveWith({ defaults: { limit: 5, nested: { list: [1, { a: null }] } } })
  seen.layers = await resolveWith({ layers: ['default', { profile: 'more', optional: true }] })
  seen.pattern = await resolveWith({ tenantIdPattern: /^t-/ }, 'x')
  seen.absent = await resolveWith({ layers: ['nowhere'] })
  seen.unknown = await resolveWith({ layers: [(tenant) => `of-${tenant.id}`] }, 't-1')
  const schema = {
    '~standard': { version: 1, vendor: 'ours', validate: (value) => Promise.resolve({ value }) },
  }
  seen.schema = await resolveWith({ schema })
  try {
    createAppConfig({ ...place, source: memory({}), defaults: new Date() })
  } catch (error) {
    seen.options = error.code
  }

  await local.deploy({ application: 'api', environment: 'dev', profile: 'default', content: { beta: true } })
  const bytes = new TextEncoder().encode('beta: true\n')
  await local.deploy({
    application: 'api',
    environment: 'dev',
    profile: 'yaml',
    content: bytes,
    contentType: 'application/x-yaml',
  })
  const inYaml = { layers: ['yaml'] }
  const directly = direct({ endpoint: local.url, region: 'us-east-1' })
  seen.direct = await resolveWith({ source: directly })
  seen.yaml = await resolveWith({ ...inYaml, source: directly })
  seen.agent = await resolveWith({ source: agent({ baseUrl: local.agentUrl }) })
  seen.nobody = await resolveWith({ source: agent({ baseUrl: 'http://127.0.0.1:1' }) })
  return seen
}
