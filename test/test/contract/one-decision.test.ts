/** Whoever asks for a flag in one request, in whichever phase and by whichever door, gets one answer. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createAppConfig, isEnabled, type JsonObject, memory, variantOf } from '@appconfig-kit/core'
import { flagged, requireFlag } from '@appconfig-kit/express'
import { AppConfigModule, Config, Flag, type RegisteredConfig } from '@appconfig-kit/nestjs'
import { type CanActivate, Controller, type ExecutionContext, Get, Req, Res, UseGuards } from '@nestjs/common'
import type { Request, RequestHandler, Response } from 'express'
import { expect, it } from 'vitest'
import { createOnExpress } from '../../src/contract/start-nest.ts'

/** In for half of the tenants, other ones by each seed. */
const half = (version: number, seed: string): JsonObject => ({
  version,
  featureA: {
    _variants: [
      { name: 'in', enabled: true, rule: `(split pct::50 by::$tenantId seed::"${seed}")` },
      { name: 'out', enabled: false },
    ],
  },
})

const source = memory({ default: half(1, 'a') })
const client = createAppConfig({ application: 'api', environment: 'prod', layers: ['default'], source })

/** Publishes the next version, under which tenants fall otherwise, and waits until a new request would see it. */
let version = 1
async function deploy(tenant: string): Promise<void> {
  source.publish('default', half(++version, version % 2 ? 'a' : 'b'))
  while ((client.peek(tenant) as JsonObject)['version'] !== version) await nextTurn()
}

type Noting = Request & { config: RegisteredConfig; tenant: string; guard?: boolean }

/** Asks in a guard, lets everybody in, and has the document change before anything else runs. */
class NotingGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Noting>()
    request.guard = isEnabled(request.config, 'featureA')
    await deploy(request.headers['x-tenant'] as string)
    return true
  }
}

/** What an Express handler of ours does with the request: `old`, `new`, or `gone`. */
function answerOf(handler: RequestHandler, request: Request, response: Response): Promise<unknown> {
  return new Promise((resolve, reject) => {
    Object.assign(response.locals, { answer: resolve })
    handler(request, response, (error?: unknown) => {
      if (error === undefined) resolve('passed')
      else if ((error as { code?: string }).code === 'FLAG_OFF') resolve('gone')
      else reject(error)
    })
  })
}
const says =
  (answer: string): RequestHandler =>
  (_req, res) =>
    res.locals['answer'](answer)

@Controller()
class DecisionController {
  @Get('all')
  @UseGuards(new NotingGuard())
  async all(@Req() request: Noting, @Config() config: RegisteredConfig, @Res() response: Response) {
    const answers = {
      guard: request.guard,
      flagged: (await answerOf(flagged('featureA', says('old'), says('new')), request, response)) === 'new',
      variants:
        (await answerOf(
          flagged.variants('featureA', { out: says('old'), in: says('new') }),
          request,
          response,
        )) === 'new',
      requireFlag:
        (await answerOf(requireFlag('featureA', { asError: true }), request, response)) === 'passed',
      isEnabled: isEnabled(request.config, 'featureA'),
      variantOf: variantOf(config, 'featureA') === 'in',
      json: JSON.parse(JSON.stringify(request.config)).featureA.enabled,
    }
    response.json({
      answers,
      afresh: isEnabled(client.peek(request.headers['x-tenant'] as string), 'featureA'),
    })
  }

  @Get('gated')
  @UseGuards(new NotingGuard())
  @Flag('featureA')
  gated(): string {
    return 'in'
  }
}

it('on Nest: guards, handlers, Express’s own helpers and the config agree while the document changes', async () => {
  const nest = await createOnExpress({
    module: class {},
    imports: [
      AppConfigModule.forRoot({
        client,
        tenant: (request: Request) => request.headers['x-tenant'] as string,
      }),
    ],
    controllers: [DecisionController],
  })
  await nest.listen(0, '127.0.0.1')
  try {
    const ask = (path: string, tenant: string) =>
      nest.getUrl().then((url) => fetch(`${url}/${path}`, { headers: { 'x-tenant': tenant } }))
    const seen = { in: 0, out: 0, otherwise: 0 }
    for (let at = 0; at < 20; at++) {
      const tenant = `t${at}`
      const before = isEnabled(await client.resolve(tenant), 'featureA')
      const { answers, afresh } = (await (await ask('all', tenant)).json()) as {
        answers: Record<string, boolean>
        afresh: boolean
      }
      expect(answers).toEqual(Object.fromEntries(Object.keys(answers).map((door) => [door, before])))
      seen[before ? 'in' : 'out']++
      if (afresh !== before) seen.otherwise++

      const now = isEnabled(await client.resolve(tenant), 'featureA')
      expect((await ask('gated', tenant)).status).toBe(now ? 200 : 404)
    }
    // Tenants of both kinds, and of some the answer has changed under the request: whoever asks afresh is wrong.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(2)
  } finally {
    await nest.close()
    await client.close()
  }
})
