/**
 * Express.
 *
 * @module
 */
import { type Framework, importing } from '../framework.ts'

/** What `init` knows of Express. */
export const express: Framework = {
  title: 'Express',
  dependency: 'express',
  adapter: '@appconfig-kit/express',
  additions: (project) => [
    { where: 'at the top', lines: [importing(project, ['appConfig', 'flagged'], '@appconfig-kit/express')] },
    { where: 'before your routes', lines: ['app.use(appConfig())'] },
    {
      where: 'a route',
      lines: [
        "app.get('/search', flagged('featureA',",
        "  (req, res) => { res.send('old') },",
        "  (req, res) => { res.send('new') },",
        '))',
      ],
    },
  ],
  test: () => ({
    imports: ["import express from 'express'"],
    names: ['appConfig', 'flagged'],
    start: `async function start(options) {
  const config = appConfig(options)
  const app = express()
  app.use(config)
  app.get('/search', flagged('featureA', (req, res) => res.send('old'), (req, res) => res.send('new')))
  const server = app.listen(0)
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
