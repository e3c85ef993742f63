/**
 * Hono, on Node.
 *
 * @module
 */
import { type Framework, importing } from '../framework.ts'

/** What `init` knows of Hono. */
export const hono: Framework = {
  title: 'Hono',
  dependency: 'hono',
  adapter: '@appconfig-kit/hono',
  additions: (project) => [
    { where: 'at the top', lines: [importing(project, ['appConfig', 'flagged'], '@appconfig-kit/hono')] },
    { where: 'before your routes', lines: ['app.use(appConfig())'] },
    {
      where: 'a route',
      lines: [
        "app.get('/search', flagged('featureA',",
        "  (c) => c.text('old'),",
        "  (c) => c.text('new'),",
        '))',
      ],
    },
  ],
  test: () => ({
    // Not `@hono/node-server`, which a function of Lambda does without.
    imports: ["import { createServer } from 'node:http'", "import { Hono } from 'hono'"],
    names: ['appConfig', 'flagged'],
    start: `async function start(options) {
  const config = appConfig(options)
  const app = new Hono()
  app.use(config)
  app.get('/search', flagged('featureA', (c) => c.text('old'), (c) => c.text('new')))
  const server = createServer(async (req, res) => {
    const answer = await app.request(req.url)
    res.writeHead(answer.status).end(await answer.text())
  })
  server.listen(0)
  await once(server, 'listening')
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await config.close()
  }
  return { url: \`http://127.0.0.1:\${server.address().port}\`, close }
}`,
  }),
}
