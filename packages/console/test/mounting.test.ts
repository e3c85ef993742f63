import { once } from 'node:events'
import express from 'express'
import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { consoleRouter } from '../src/index.ts'
import { createWorld, post, serve } from './served.ts'

const authorize = () => true

describe('mounted in Express', () => {
  it('is found below its path, with the slash that its files need', async () => {
    const { client } = await createWorld()
    const app = express().use('/ops/console', consoleRouter(client, { authorize }))
    const url = await serve(app)

    const bare = await fetch(`${url}/ops/console`, { redirect: 'manual' })
    expect([bare.status, bare.headers.get('location')]).toEqual([308, './console/'])
    const page = await fetch(`${url}/ops/console`)
    expect([page.url, page.status]).toEqual([`${url}/ops/console/`, 200])
    expect((await fetch(new URL('./console.js', page.url))).headers.get('content-type')).toMatch(/javascript/)
    expect((await fetch(`${url}/console.js`)).status).toBe(404)
  })

  it('is authorized by what the application knows of the request', async () => {
    const { client } = await createWorld()
    const router = consoleRouter<express.Request>(client, {
      authorize: (req) => req.get('x-user') === 'root',
    })
    const url = await serve(express().use('/console', router))
    expect((await fetch(`${url}/console/state`)).status).toBe(403)
    expect((await fetch(`${url}/console/state`, { headers: { 'x-user': 'root' } })).status).toBe(200)
  })

  it('takes what a body parser has read before', async () => {
    const { client } = await createWorld()
    const app = express().use(express.json()).use('/console', consoleRouter(client, { authorize }))
    const url = await serve(app)
    const answer = await post(`${url}/console/explain`, {
      subjects: [{ tenant: { id: 'acme', tier: 'pro' } }],
    })
    expect(await answer.json()).toMatchObject({ explanations: [{ state: 'warm' }] })
  })

  it('is never a way to another host', async () => {
    const { client } = await createWorld()
    const url = await serve(express().use(/.*/, consoleRouter(client, { authorize })))
    const { headers } = await fetch(`${url}//elsewhere.example`, { redirect: 'manual' })
    expect(headers.get('location') ?? './').toMatch(/^\.\//)
  })
})

it('is mounted in Koa by its path', async () => {
  const { client } = await createWorld()
  const router = consoleRouter(client, { authorize, basePath: '/console' })
  const app = new Koa()
  app.use(async (ctx, next) => {
    if (!/^\/console(?:\/|$)/.test(ctx.path)) return next()
    ctx.respond = false
    router(ctx.req, ctx.res)
  })
  app.use((ctx) => {
    ctx.body = 'the rest'
  })
  const url = await serve(app.callback())
  expect((await fetch(`${url}/console`)).url).toBe(`${url}/console/`)
  expect((await fetch(`${url}/console/state`)).status).toBe(200)
  expect(await (await fetch(`${url}/consoles`)).text()).toBe('the rest')
})

it('leaves other paths alone where it has one', async () => {
  const { client } = await createWorld()
  const url = await serve(consoleRouter(client, { authorize, basePath: '/console' }))
  expect((await fetch(`${url}/state`)).status).toBe(404)
  expect((await fetch(`${url}/consolestate`)).status).toBe(404)
})

it('says that its body was read, where a parser keeps it elsewhere', async () => {
  const { client } = await createWorld()
  const router = consoleRouter(client, { authorize })
  const url = await serve(async (request, response) => {
    request.resume()
    await once(request, 'end')
    router(request, response)
  })
  const answer = await post(`${url}/explain`, { subjects: [{ tenant: null }] })
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('above it')])
})
