/**
 * Applications on Express.
 *
 * @module
 */
import express from 'express'
import { load } from '../harness/packages.mjs'
import { adapterOptions, answer, FLAG, OURS, partsOf, tenantOf } from './kinds.mjs'

export async function create(kind) {
  const app = express()
  if (kind in OURS) await addOurs(app, OURS[kind])
  else addOther(app, await partsOf(kind))
  return { handle: app }
}

async function addOurs(app, kind) {
  const { appConfig, currentConfig, flagged, isEnabled, requireFlag } = await load('express')
  app.use(appConfig(await adapterOptions(kind, tenantOf)))
  if (kind.ask === 'gate') app.get('/', requireFlag(FLAG), (_req, res) => res.send('on'))
  else if (kind.ask === 'flagged') {
    const off = (_req, res) => res.send('off')
    const on = (_req, res) => res.send('on')
    app.get('/', flagged(FLAG, { old: off, new: on }))
  } else if (kind.ask === 'current')
    app.get('/', (_req, res) => answer(isEnabled(currentConfig(), FLAG), (text) => res.send(text)))
  else app.get('/', (req, res) => answer(isEnabled(req.config, FLAG), (text) => res.send(text)))
}

function addOther(app, parts) {
  if (parts === undefined) {
    app.get('/', (_req, res) => res.send('on'))
    return
  }
  app.use((req, _res, next) => {
    req.flags = parts.attach(req)
    if (parts.around === undefined) next()
    else parts.around(req.flags, next)
  })
  app.get('/', (req, res) => answer(parts.decide(req.flags), (text) => res.send(text)))
}
