/**
 * Koa, with or without its router.
 *
 * @module
 */
import { type Framework, importing } from '../framework.ts'

/** What `init` knows of Koa. */
export const koa: Framework = {
  title: 'Koa',
  dependency: 'koa',
  adapter: '@appconfig-kit/koa',
  additions: (project) => [
    { where: 'at the top', lines: [importing(project, ['appConfig', 'flagged'], '@appconfig-kit/koa')] },
    { where: 'before your other middleware', lines: ['app.use(appConfig())'] },
    {
      where: project.has('@koa/router') ? 'a route' : 'a middleware',
      lines: [
        project.has('@koa/router')
          ? "router.get('/search', flagged('featureA',"
          : "app.use(flagged('featureA',",
        "  (ctx) => { ctx.body = 'old' },",
        "  (ctx) => { ctx.body = 'new' },",
        '))',
      ],
    },
  ],
  test: () => ({
    imports: ["import Koa from 'koa'"],
    names: ['appConfig', 'flagged'],
    start: `async function start(options) {
  const config = appConfig(options)
  const app = new Koa()
  app.use(config)
  app.use(flagged('featureA', (ctx) => void (ctx.body = 'old'), (ctx) => void (ctx.body = 'new')))
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
