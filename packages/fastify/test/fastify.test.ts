/**
 * What is peculiar to Fastify; what every adapter owes stands in the contract.
 *
 * @module
 */
import { once } from 'node:events'
import { request as requestOf } from 'node:http'
import { Writable } from 'node:stream'
import { createAppConfig, type JsonObject, memory, tryCurrentConfig } from '@appconfig-kit/core'
import fastify, { type FastifyInstance, type FastifyRequest, type preHandlerHookHandler } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AppConfigPluginOptions, appConfig, flagged, requireFlag } from '../src/index.ts'

let app: FastifyInstance
beforeEach(() => {
  app = fastify()
})
const closing: (() => unknown)[] = []
afterEach(async () => {
  await app.close()
  for (const close of closing.splice(0)) await close()
})

const holding = (document: JsonObject) =>
  ({
    application: 'api',
    environment: 'prod',
    layers: ['default'],
    source: memory({ default: document }),
  }) satisfies AppConfigPluginOptions

function clientOf(document: JsonObject) {
  const client = createAppConfig(holding(document))
  closing.push(() => client.close())
  return client
}

const limitOf = async ({ config }: FastifyRequest) => ({ limit: config?.['limit'] })
const codeOf = async (url: string) => (await app.inject(url)).json().code

describe('the context it is registered in', () => {
  it('and those below have the configuration and the client; those beside have neither', async () => {
    app.register(async (scope) => {
      await scope.register(appConfig, holding({ limit: 3 }))
      scope.get('/in', limitOf)
      scope.register(async (below) => {
        below.get('/below', async (request) => ({ ...(await limitOf(request)), ...below.appConfig.health() }))
      })
    })
    app.register(async (beside) => {
      beside.get('/beside', async (request) => ({ has: 'config' in request, client: 'appConfig' in beside }))
      beside.get('/beside/gate', { preHandler: requireFlag('featureA') }, limitOf)
    })

    expect((await app.inject('/in')).json()).toEqual({ limit: 3 })
    expect((await app.inject('/below')).json()).toMatchObject({ limit: 3, status: 'ok' })
    expect((await app.inject('/beside')).json()).toEqual({ has: false, client: false })
    expect(await codeOf('/beside/gate')).toBe('MIDDLEWARE_MISSING')
    expect('appConfig' in app).toBe(false)
  })

  it('may stand beside another of another client', async () => {
    for (const limit of [3, 4])
      app.register(async (scope) => {
        await scope.register(appConfig, holding({ limit }))
        scope.get(`/${limit}`, limitOf)
      })

    expect((await app.inject('/3')).json()).toEqual({ limit: 3 })
    expect((await app.inject('/4')).json()).toEqual({ limit: 4 })
  })

  it('holds routes that were added before it was loaded', async () => {
    app.get('/', limitOf)
    app.register(appConfig, holding({ limit: 3 }))

    expect((await app.inject('/')).json()).toEqual({ limit: 3 })
  })
})

describe('registered twice,', () => {
  it.each(['beside', 'below'])('%s, with one client it decides once', async (where) => {
    const client = clientOf({ limit: 3 })
    let asked = 0
    const options: AppConfigPluginOptions = { client, tenant: () => `t${++asked}` }
    await app.register(appConfig, options)
    if (where === 'beside') await app.register(appConfig, options).get('/', limitOf)
    else
      app.register(async (scope) => {
        await scope.register(appConfig, { client: scope.appConfig })
        scope.get('/', limitOf)
      })

    expect((await app.inject('/')).json()).toEqual({ limit: 3 })
    expect(asked).toBe(1)
  })

  it.each(['beside', 'below'])('%s, with another client the application does not start', async (where) => {
    await app.register(appConfig, holding({ limit: 3 }))
    if (where === 'beside') app.register(appConfig, holding({ limit: 4 }))
    else app.register(async (scope) => void (await scope.register(appConfig, holding({ limit: 4 }))))

    await expect(app.ready()).rejects.toMatchObject({ code: 'CLIENT_CONFLICT' })
  })
})

describe('wrong options', () => {
  it.each([
    [{ hook: 'onSend' }, /hook must be one of onRequest, .*got "onSend"/],
    [{ prefix: '/api' }, /appConfig\(\) has no option "prefix"/],
    [{ layers: [] }, /layers/],
  ])('%o keep the application from starting', async (wrong, says) => {
    app.register(appConfig, { ...holding({}), ...wrong } as AppConfigPluginOptions)

    await expect(app.ready()).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: expect.stringMatching(says),
    })
  })
})

describe('the tenant resolver', () => {
  const authenticate: preHandlerHookHandler = (request, _reply, done) => {
    Object.assign(request, { user: request.headers['x-user'] })
    done()
  }
  const options = {
    ...holding({ limit: 3 }),
    tenant: (request: FastifyRequest) => (request as { user?: string }).user,
  }

  it('is asked behind all hooks of a route up to preValidation, and global ones before the plugin', async () => {
    app.addHook('preHandler', async (request) => {
      if (request.url === '/global') Object.assign(request, { user: 'acme' })
    })
    app.register(appConfig, options)
    app.get('/global', limitOf)
    app.get('/on-request', { onRequest: authenticate }, limitOf)
    app.get('/pre-validation', { preValidation: authenticate }, limitOf)

    const headers = { 'x-user': 'acme' }
    for (const url of ['/global', '/on-request', '/pre-validation'])
      expect((await app.inject({ url, headers })).json()).toEqual({ limit: 3 })
    expect((await app.inject('/on-request')).json()).toMatchObject({
      statusCode: 400,
      code: 'TENANT_MISSING',
    })
  })

  it.each([
    ['onRequest', 400],
    ['preValidation', 200],
    [undefined, 200],
  ] as const)('with hook %s: %i behind onRequest hooks of the route', async (hook, status) => {
    app.register(appConfig, { ...options, ...(hook && { hook }) })
    app.get('/', { onRequest: authenticate }, limitOf)

    expect((await app.inject({ url: '/', headers: { 'x-user': 'acme' } })).statusCode).toBe(status)
  })
})

describe('flagged', () => {
  it('keeps the `this` of Fastify, the types of the route, and either way of answering', async () => {
    app.register(appConfig, holding({ on: true, off: false }))
    app.get<{ Querystring: { q: string } }>(
      '/on',
      flagged(
        'on',
        (_request, reply) => void reply.send('old'),
        function search(request, reply) {
          reply.send({ q: request.query.q.toUpperCase(), isApp: this === app })
        },
      ),
    )
    app.route({
      method: 'POST',
      url: '/off',
      handler: flagged('off', { old: async () => 'old', new: (_request, reply) => reply.send('new') }),
    })

    expect((await app.inject('/on?q=x')).json()).toEqual({ q: 'X', isApp: true })
    expect((await app.inject({ method: 'POST', url: '/off' })).body).toBe('old')
  })

  it.each([[undefined], [[]], ['handler'], [[() => {}, () => {}]]])(
    'refuses %j as a handler at once',
    (wrong) => {
      expect(() => flagged('on', () => {}, wrong as never)).toThrow(
        expect.objectContaining({ code: 'OPTIONS_INVALID' }),
      )
    },
  )

  it('refuses lists of handlers of a variant, too', () => {
    expect(() => flagged.variants('on', { a: [() => {}, () => {}] as never })).toThrow(
      /must be one handler, got 2/,
    )
  })
})

describe('requireFlag', () => {
  const late: [string, (hook: preHandlerHookHandler) => object][] = [
    ['preHandler', (preHandler) => ({ preHandler })],
    ['onRequest', (onRequest) => ({ onRequest })],
  ]
  it.each(late)('is a hook of %s, where the configuration is there by then', async (_phase, options) => {
    app.register(appConfig, { ...holding({ on: true, off: false }), hook: 'onRequest' })
    app.get('/on', options(requireFlag('on')), async () => 'in')
    app.get('/off', options(requireFlag('off')), async () => 'in')

    expect((await app.inject('/on')).body).toBe('in')
    expect((await app.inject('/off')).json().message).toBe('Route GET:/off not found')
  })

  it('that is asked before the configuration is there is a wiring error', async () => {
    app.register(appConfig, holding({ on: true }))
    app.get('/', { onRequest: requireFlag('on') }, async () => 'in')

    expect(await codeOf('/')).toBe('MIDDLEWARE_MISSING')
  })

  it('closes all routes of a context, and does not tell what is behind it', async () => {
    app.register(appConfig, holding({ beta: false }))
    app.register(async (scope) => {
      scope.addHook('preHandler', requireFlag('beta'))
      scope.get('/beta/thing', async () => 'beta')
    })

    const { statusCode, body } = await app.inject('/beta/thing')
    expect([statusCode, body.replace('beta', 'none')]).toEqual([404, (await app.inject('/none/thing')).body])
  })

  it('with another status is an error, whose text for clients names no flag', async () => {
    const causes: unknown[] = []
    app.addHook('onError', async (_request, _reply, error) => void causes.push(String(error.cause)))
    app.register(appConfig, holding({ beta: false }))
    app.get('/', { preHandler: requireFlag('beta', { status: 403 }) }, async () => 'in')

    const error = { statusCode: 403, code: 'FLAG_OFF', error: 'Forbidden', message: 'Forbidden' }
    expect((await app.inject('/')).json()).toEqual(error)
    expect(causes).toEqual([expect.stringContaining('the flag "beta" is off')])
  })

  it('refuses a gate that was given its handler', () => {
    // @ts-expect-error handlers stand behind a gate
    expect(() => requireFlag('beta', () => {})).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }))
  })
})

describe('an error', () => {
  it('is logged with its text for developers, which clients never see', async () => {
    let log = ''
    const stream = new Writable({
      write(chunk, _encoding, done) {
        log += chunk
        done()
      },
    })
    app = fastify({ logger: { level: 'error', stream } })
    app.get(
      '/',
      flagged(
        'on',
        async () => 'old',
        async () => 'new',
      ),
    )

    const { statusCode, body } = await app.inject('/')

    expect([statusCode, body]).toEqual([500, expect.not.stringMatching(/flagged|register|\(on\)/)])
    expect(log).toMatch(/flagged\(on\) was reached by a request without configuration/)
  })
})

describe('the application', () => {
  it('closes its client with itself, but not one that it was given', async () => {
    const given = clientOf({ limit: 3 })
    const other = fastify()
    await other.register(appConfig, { client: given })
    await app.register(appConfig, holding({ limit: 3 }))
    const made = app.appConfig

    await other.close()
    await app.close()

    await expect(made.resolve()).rejects.toMatchObject({ code: 'CLIENT_CLOSED' })
    expect(await given.resolve()).toEqual({ limit: 3 })
  })

  it('has its async context in hooks behind the plugin, and in the end of a request given up', async () => {
    const seen: Record<string, unknown> = {}
    const note = (what: string): void => {
      seen[what] = tryCurrentConfig()
    }
    let reached = (): void => {}
    const reaching = new Promise<void>((resolve) => {
      reached = resolve
    })
    let closed: Promise<unknown> | undefined
    app.register(appConfig, { ...holding({ limit: 3 }), asyncContext: true })
    app.addHook('preHandler', async () => note('preHandler'))
    app.addHook('onSend', async () => note('onSend'))
    app.addHook('onResponse', async () => note('onResponse'))
    app.get('/', async () => 'ok')
    app.get('/held', (_request, reply) => {
      reply.raw.once('close', () => note('close'))
      closed = once(reply.raw, 'close')
      reached()
    })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })

    await (await fetch(url)).text()
    const sent = requestOf(`${url}/held`).end()
    sent.on('error', () => {})
    await reaching
    sent.destroy()
    await closed

    const limit = { limit: 3 }
    expect(seen).toEqual({ preHandler: limit, onSend: limit, onResponse: limit, close: limit })
  })
})
