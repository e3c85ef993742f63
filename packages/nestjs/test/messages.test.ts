/**
 * Messages over real transports: decided one by one, whoever sent them over which connection.
 *
 * @module
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { JsonObject } from '@appconfig-kit/core'
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  Inject,
  type ModuleMetadata,
  UseFilters,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import {
  ClientProxyFactory,
  Ctx,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  RpcException,
  Transport,
} from '@nestjs/microservices'
import { WsAdapter } from '@nestjs/platform-ws'
import { MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets'
import { firstValueFrom, from, map, mergeMap, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import {
  AppConfigInterceptor,
  type AppConfigMessage,
  AppConfigModule,
  type AppConfigModuleOptions,
  AppConfigService,
  Config,
  currentConfig,
  Flag,
  Flagged,
} from '../src/index.ts'
import { closeLater, makeClient, serve } from './serve.ts'

interface Message {
  readonly tenant?: string | null
}
/** Has a deployment land now. */
let landed: (version: number) => Promise<void>

const messageTenant = ({ data }: AppConfigMessage): string | null | undefined => (data as Message).tenant

@Catch()
class ConfigFilter implements ExceptionFilter {
  constructor(@Inject(AppConfigService) private readonly appConfig: AppConfigService) {}
  catch(error: { code?: string; message: string }, host: ArgumentsHost) {
    const caught = error.code ?? error.message
    return from(this.appConfig.configOf(host).catch(() => 'none')).pipe(
      mergeMap((config) => throwError(() => ({ caught, config }))),
    )
  }
}

@Controller()
class RpcController {
  constructor(@Inject(AppConfigService) private readonly appConfig: AppConfigService) {}

  @MessagePattern('config')
  config(@Payload() _data: Message, @Config() config: object): object {
    return { ...config, same: config === currentConfig() && config === this.appConfig.config }
  }

  @MessagePattern('gated')
  @Flag('featureA', { exception: () => new RpcException('not for you') })
  gated(): string {
    return 'in'
  }

  @MessagePattern('bare')
  @UsePipes({ transform: (value: unknown) => ({ ...(value as object), piped: true }) })
  @Flagged('featureA', { old: 'oldBare' })
  bare(...args: unknown[]): object {
    return { new: args[0] }
  }

  oldBare(...args: unknown[]): object {
    return { old: args[0] }
  }

  @Flagged('featureA', { old: 'oldDecorated' })
  @MessagePattern('decorated')
  @UseInterceptors({ intercept: (_, next) => next.handle().pipe(map((data) => ({ intercepted: data }))) })
  decorated(@Ctx() context: object, @Payload('tenant') tenant: string): object {
    return { new: [context.constructor.name, tenant] }
  }

  oldDecorated(context: object, tenant: string): object {
    return { old: [context.constructor.name, tenant] }
  }

  @MessagePattern('failing')
  @UseFilters(ConfigFilter)
  async failing(@Config() config: JsonObject): Promise<void> {
    await landed(2)
    throw new Error(`failed with version ${config['version']}`)
  }

  @MessagePattern('unknown')
  @UseFilters(ConfigFilter)
  @Flag('featureA')
  unknown(): string {
    return 'in'
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

type Send = (pattern: string, data: Message) => Promise<unknown>

async function connect(port: number): Promise<Send> {
  const proxy = ClientProxyFactory.create({ transport: Transport.TCP, options: { port } })
  closeLater(async () => proxy.close())
  await proxy.connect()
  return (pattern, data) => firstValueFrom(proxy.send(pattern, data)).catch((error: unknown) => ({ error }))
}

function messageApp(parts: ModuleMetadata, options: Partial<AppConfigModuleOptions> = { messageTenant }) {
  const { source, client } = makeClient({ featureA: false }, { tenant: () => null })
  source.publish('tenant-t1', { featureA: true, owner: 't1' })
  source.publish('tenant-t2', { owner: 't2' })
  landed = async (version) => {
    source.publish('default', { version, featureA: false })
    while ((client.peek('t2') as JsonObject)['version'] !== version) await nextTurn()
  }
  const imports = [AppConfigModule.forRoot({ client, ...options } as AppConfigModuleOptions)]
  return { client, source, root: { module: class AppModule {}, imports, ...parts } }
}

async function serveRpc(options?: Partial<AppConfigModuleOptions>): Promise<Send> {
  const port = await freePort()
  const { root } = messageApp({ controllers: [RpcController] }, options)
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(root, {
    transport: Transport.TCP,
    options: { port },
    logger: false,
  })
  closeLater(() => app.close())
  await app.listen()
  return connect(port)
}

describe('a microservice over TCP', () => {
  it('decides per message, not per connection', async () => {
    const send = await serveRpc()

    const answers = await Promise.all(['t1', 't2', null, 't1'].map((tenant) => send('config', { tenant })))

    expect(answers).toEqual([
      { version: 1, featureA: true, owner: 't1', same: true },
      { version: 1, featureA: false, owner: 't2', same: true },
      { version: 1, featureA: false, same: true },
      { version: 1, featureA: true, owner: 't1', same: true },
    ])
  })

  it('gates with @Flag', async () => {
    const send = await serveRpc()

    expect(await send('gated', { tenant: 't1' })).toBe('in')
    expect(await send('gated', { tenant: 't2' })).toEqual({
      error: { status: 'error', message: 'not for you' },
    })
  })

  it('chooses with @Flagged, with and without parameter decorators', async () => {
    const send = await serveRpc()

    expect(await send('bare', { tenant: 't1' })).toEqual({ new: { tenant: 't1', piped: true } })
    expect(await send('bare', { tenant: 't2' })).toEqual({ old: { tenant: 't2', piped: true } })
    expect(await send('decorated', { tenant: 't1' })).toEqual({ intercepted: { new: ['TcpContext', 't1'] } })
    expect(await send('decorated', { tenant: 't2' })).toEqual({ intercepted: { old: ['TcpContext', 't2'] } })
  })

  it('shows an exception filter what the handler saw', async () => {
    const send = await serveRpc()

    expect(await send('failing', { tenant: 't2' })).toEqual({
      error: { caught: 'failed with version 1', config: { version: 1, featureA: false, owner: 't2' } },
    })
    expect(await send('config', { tenant: 't2' })).toMatchObject({ version: 2 })
  })

  it('calls a message of nobody knows whom an error', async () => {
    const send = await serveRpc()

    expect(await send('unknown', {})).toEqual({ error: { caught: 'TENANT_NOT_KNOWN_YET', config: 'none' } })
  })

  it('has an error for messages where nothing says whose they are', async () => {
    const send = await serveRpc({ tenant: () => null })

    expect(await send('unknown', { tenant: 't1' })).toEqual({
      error: { caught: 'TENANT_NOT_KNOWN_YET', config: 'none' },
    })
  })

  it('works in a hybrid application, though Nest gives it no global interceptors', async () => {
    const port = await freePort()
    await serve(
      { controllers: [RpcController] },
      {
        document: { featureA: true },
        configure: async (app) => {
          app.connectMicroservice<MicroserviceOptions>({ transport: Transport.TCP, options: { port } })
          await app.startAllMicroservices()
        },
      },
    )
    const send = await connect(port)

    expect(await send('config', {})).toEqual({ version: 1, featureA: true, same: true })
    expect(await send('bare', { tenant: 'x' })).toEqual({ new: { tenant: 'x', piped: true } })
    expect(await send('gated', {})).toBe('in')
  })
})

describe('a hybrid application that inherits the configuration of Nest', () => {
  @Controller()
  class HybridController {
    constructor(@Inject(AppConfigService) private readonly appConfig: AppConfigService) {}

    @MessagePattern('plain')
    plain(): object {
      return this.appConfig.config
    }

    @Get('both')
    @MessagePattern('both')
    both(@Config('featureA') featureA: unknown): object {
      return { featureA, same: currentConfig()['featureA'] === featureA }
    }

    @MessagePattern('flagged')
    @Get('flagged')
    @Flagged('featureA', { old: 'old' })
    flagged(...rest: unknown[]): object {
      return { new: rest[0] }
    }

    old(...rest: unknown[]): object {
      return { old: rest[0] }
    }
  }

  it.each([true, false])(
    'has its messages in their own configuration, and routes beside: %s',
    async (inheritAppConfig) => {
      const port = await freePort()
      const { get } = await serve(
        { controllers: [HybridController] },
        {
          document: { featureA: true },
          configure: async (app) => {
            app.connectMicroservice<MicroserviceOptions>(
              { transport: Transport.TCP, options: { port } },
              { inheritAppConfig },
            )
            await app.startAllMicroservices()
          },
        },
      )
      const send = await connect(port)

      if (inheritAppConfig) expect(await send('plain', {})).toEqual({ version: 1, featureA: true })
      expect(await send('both', {})).toEqual({ featureA: true, same: true })
      expect(JSON.parse((await get('/both')).text)).toEqual({ featureA: true, same: true })
      expect(await send('flagged', { tenant: 'x' })).toEqual({ new: { tenant: 'x' } })
      expect(JSON.parse((await get('/flagged')).text)).toEqual({})
    },
  )
})

@WebSocketGateway()
class TestGateway {
  constructor(@Inject(AppConfigService) private readonly appConfig: AppConfigService) {}

  @SubscribeMessage('service')
  @UseInterceptors(AppConfigInterceptor)
  service() {
    return { event: 'answer', data: [this.appConfig.get('owner'), this.appConfig.isEnabled('featureA')] }
  }

  @SubscribeMessage('plain')
  plain() {
    return { event: 'answer', data: this.appConfig.get('owner') }
  }

  @SubscribeMessage('config')
  config(@MessageBody() data: unknown, @Config('featureA') featureA: unknown) {
    return { event: 'answer', data: { data, featureA } }
  }

  @SubscribeMessage('gated')
  @Flag('featureA', { exception: () => new WsException('not for you') })
  gated() {
    return { event: 'answer', data: 'in' }
  }

  @SubscribeMessage('flagged')
  @Flagged('featureA', { old: 'oldFlagged' })
  flagged(_client: unknown, data: unknown) {
    return { event: 'answer', data: { new: data } }
  }

  oldFlagged(_client: unknown, data: unknown) {
    return { event: 'answer', data: { old: data } }
  }
}

describe('a WebSocket gateway', () => {
  async function open(): Promise<(event: string, data: unknown) => Promise<unknown>> {
    const { root } = messageApp(
      { providers: [TestGateway] },
      {
        messageTenant: ({ data }) => (typeof data === 'string' ? data : (data as Message).tenant),
      },
    )
    const app = await NestFactory.create(root, { logger: false, forceCloseConnections: true })
    app.useWebSocketAdapter(new WsAdapter(app))
    closeLater(() => app.close())
    await app.listen(0, '127.0.0.1')
    const socket = new WebSocket((await app.getUrl()).replace('http', 'ws'))
    closeLater(async () => socket.terminate())
    await once(socket, 'open')
    return async (event, data) => {
      socket.send(JSON.stringify({ event, data }))
      const [message] = (await once(socket, 'message')) as [Buffer]
      return (JSON.parse(message.toString()) as { data: unknown }).data
    }
  }

  it('decides per message, whatever the payload is', async () => {
    const send = await open()

    expect(await send('config', { tenant: 't1' })).toEqual({ data: { tenant: 't1' }, featureA: true })
    expect(await send('config', { tenant: 't2' })).toEqual({ data: { tenant: 't2' }, featureA: false })
    expect(await send('config', 't1')).toEqual({ data: 't1', featureA: true })
    expect(await send('config', 't2')).toEqual({ data: 't2', featureA: false })
  })

  it('has the service work, behind an interceptor of its own, too, as Nest 11 needs', async () => {
    const send = await open()

    expect(await send('service', { tenant: 't1' })).toEqual(['t1', true])
    expect(await send('service', 't2')).toEqual(['t2', false])
    expect(await send('plain', { tenant: 't1' })).toBe('t1')
    expect(await send('plain', 't2')).toBe('t2')
  })

  it('gates and chooses', async () => {
    const send = await open()

    expect(await send('gated', { tenant: 't1' })).toBe('in')
    expect(await send('gated', { tenant: 't2' })).toMatchObject({ message: 'not for you' })
    expect(await send('gated', 't1')).toBe('in')
    expect(await send('flagged', 't1')).toEqual({ new: 't1' })
    expect(await send('flagged', { tenant: 't2' })).toEqual({ old: { tenant: 't2' } })
  })
})
