// An API that takes its middleware, so that a test can give it another.
const Koa = require('koa')
const { flagged } = require('@appconfig-kit/koa')

exports.search = flagged(
  'featureA',
  (ctx) => {
    ctx.body = { search: 'old', limit: ctx.config.limit }
  },
  (ctx) => {
    ctx.body = { search: 'new', limit: ctx.config.limit }
  },
)

exports.createApp = (configured) => new Koa().use(configured).use(exports.search)
