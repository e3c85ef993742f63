// An API that takes its middleware, so that a test can give it another.
const express = require('express')
const { flagged, isEnabled, requireFlag } = require('@appconfig-kit/express')

exports.oldSearch = (req, res) => res.json({ search: 'old', limit: req.config.limit })
exports.newSearch = (req, res) => res.json({ search: 'new', limit: req.config.limit })
exports.search = flagged('featureA', exports.oldSearch, exports.newSearch)

exports.createApp = (configured) => {
  const app = express()
  app.use(configured)
  app.get('/search', exports.search)
  app.get('/beta', requireFlag('beta'), (_req, res) => res.send('in'))
  app.get('/twice', async (req, res) => {
    const before = isEnabled(req.config, 'featureA')
    await req.app.locals.between?.()
    res.json([before, isEnabled(req.config, 'featureA')])
  })
  return app
}
