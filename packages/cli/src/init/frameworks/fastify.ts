/**
 * Fastify.
 *
 * @module
 */
import { type Framework, importing } from '../framework.ts'

/** What `init` knows of Fastify. */
export const fastify: Framework = {
  title: 'Fastify',
  dependency: 'fastify',
  adapter: '@appconfig-kit/fastify',
  additions: (project) => [
    { where: 'at the top', lines: [importing(project, ['appConfig', 'flagged'], '@appconfig-kit/fastify')] },
    { where: 'before your routes', lines: ['app.register(appConfig)'] },
    {
      where: 'a route',
      lines: ["app.get('/search', flagged('featureA',", "  async () => 'old',", "  async () => 'new',", '))'],
    },
  ],
  test: () => ({
    imports: ["import fastify from 'fastify'"],
    names: ['appConfig', 'flagged'],
    start: `async function start(options) {
  const app = fastify({ forceCloseConnections: true })
  app.register(appConfig, options)
  app.get('/search', flagged('featureA', async () => 'old', async () => 'new'))
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() }
}`,
  }),
}
