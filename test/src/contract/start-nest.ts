/**
 * The contract's routes on Nest, of whichever version and on whichever platform.
 *
 * @module
 */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import {
  AppConfigModule,
  type AppConfigModuleOptions,
  Config,
  currentConfig,
  Flag,
  Flagged,
  OfrepController,
  type RegisteredConfig,
} from '@appconfig-kit/nestjs'
import {
  All,
  type ArgumentsHost,
  type CallHandler,
  Catch,
  Controller,
  type DynamicModule,
  type ExecutionContext,
  Get,
  HttpException,
  type INestApplication,
  Inject,
  type NestInterceptor,
  NotFoundException,
  Post,
  Req,
  Res,
  UseInterceptors,
} from '@nestjs/common'
import { type AbstractHttpAdapter, BaseExceptionFilter, HttpAdapterHost, NestFactory } from '@nestjs/core'
import { from, type Observable, switchMap } from 'rxjs'
import type { AppUnderTest, RunningServer } from './describe-adapter.ts'
import type { OfrepUnderTest } from './describe-ofrep.ts'
import { answerShadowed, SHADOW } from './shadowed.ts'

const APP_UNDER_TEST = Symbol('app under test')

interface ConfiguredRequest {
  readonly config: RegisteredConfig
  readonly url: string
}

/** Awaits what happens mid-request, between guards and handler. */
class PauseInterceptor implements NestInterceptor {
  readonly #app: AppUnderTest

  constructor(app: AppUnderTest) {
    this.#app = app
  }

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return from(this.#app.midRequest()).pipe(switchMap(() => next.handle()))
  }
}
Inject(APP_UNDER_TEST)(PauseInterceptor, undefined, 0)

@Controller()
class ContractController {
  readonly #app: AppUnderTest

  constructor(@Inject(APP_UNDER_TEST) app: AppUnderTest) {
    this.#app = app
  }

  @Get('config')
  async config(@Req() request: ConfiguredRequest, @Config() before: RegisteredConfig): Promise<object> {
    await this.#app.midRequest()
    return { before, after: request.config, same: before === request.config }
  }

  @Get('deep')
  async deep(): Promise<RegisteredConfig> {
    await this.#app.midRequest()
    return currentConfig()
  }

  @Get('flagged')
  @Flagged('featureA', { old: 'old' })
  flagged(): string {
    return 'new'
  }

  @Flagged('unheardOf', { old: 'old' })
  @Get('flagged-unknown')
  flaggedUnknown(): string {
    return 'new'
  }

  old(): string {
    return 'old'
  }

  @Get('gate')
  @Flag('featureA')
  gate(): string {
    return 'in'
  }

  @Get('gate-403')
  @Flag('featureA', { status: 403 })
  gate403(): string {
    return 'in'
  }

  @Get('gate-unknown')
  @Flag('unheardOf')
  gateUnknown(): string {
    return 'in'
  }

  @Get('twice')
  @Flag('featureA')
  @UseInterceptors(PauseInterceptor)
  @Flagged('featureA', { old: 'old' })
  twice(): string {
    return 'new'
  }

  @All('shadowed')
  @Flagged('featureA', { old: 'shadowedOld', shadow: SHADOW })
  shadowed(@Req() { url, config }: ConfiguredRequest): Promise<object> {
    return answerShadowed('new', url, config['limit'])
  }

  shadowedOld({ url, config }: ConfiguredRequest): Promise<object> {
    return answerShadowed('old', url, config['limit'])
  }

  @Get('skipped')
  skipped(): string {
    return 'ok'
  }

  @Post('events')
  async events(
    @Req() request: IncomingMessage & { raw?: IncomingMessage },
    @Res({ passthrough: true }) response: ServerResponse & { raw?: ServerResponse },
  ): Promise<string> {
    await this.#app.watch?.(request.raw ?? request, response.raw ?? response)
    return 'ok'
  }

  @All('closed')
  @Flag('unheardOf')
  closed(): string {
    return 'in'
  }

  @Get('skipped-gate')
  @Flag('featureA')
  skippedGate(): string {
    return 'in'
  }
}

/** Nest's own answers to errors, which are told of. */
class TellingFilter extends BaseExceptionFilter {
  readonly #onError: AppUnderTest['onError']

  constructor(onError: AppUnderTest['onError'], server: AbstractHttpAdapter) {
    super(server)
    this.#onError = onError
  }

  override catch(exception: unknown, host: ArgumentsHost): void {
    this.#onError(exception)
    super.catch(exception, host)
  }
}

/** An application's own answer to what nobody serves. */
class NotFoundFilter extends BaseExceptionFilter {
  override catch(_exception: unknown, host: ArgumentsHost): void {
    super.catch(new HttpException('nothing here', 404), host)
  }
}
Catch(NotFoundException)(NotFoundFilter)

class ContractModule {}

/**
 * @param create makes the application of a module: that is where the platform is chosen.
 */
export async function startNest(
  create: (module: DynamicModule) => Promise<INestApplication>,
  app: AppUnderTest,
): Promise<RunningServer> {
  const nest = await create({
    module: ContractModule,
    global: true,
    imports: [AppConfigModule.forRoot(app.options as AppConfigModuleOptions)],
    controllers: [ContractController],
    providers: [{ provide: APP_UNDER_TEST, useValue: app }],
    exports: [APP_UNDER_TEST],
  })
  nest.useGlobalFilters(new TellingFilter(app.onError, nest.get(HttpAdapterHost).httpAdapter))
  if (app.ownNotFound) nest.useGlobalFilters(new NotFoundFilter(nest.get(HttpAdapterHost).httpAdapter))
  await nest.listen(0, '127.0.0.1')
  return { url: await nest.getUrl(), close: () => nest.close() }
}

/** The protocol's routes. The tenant is always the module's; Nest parses bodies before. */
export async function startNestOfrep(
  create: (module: DynamicModule) => Promise<INestApplication>,
  { options, ofrepOptions }: OfrepUnderTest,
): Promise<RunningServer> {
  @Controller()
  class FlagsController extends OfrepController(ofrepOptions) {
    @Get('page')
    page(@Req() request: object): string {
      return this.firstPaint(request)
    }
  }
  const nest = await create({
    module: ContractModule,
    imports: [AppConfigModule.forRoot(options as AppConfigModuleOptions)],
    controllers: [FlagsController],
  })
  await nest.listen(0, '127.0.0.1')
  return { url: await nest.getUrl(), close: () => nest.close() }
}

/** Nest on its default platform, Express. */
export function createOnExpress(module: DynamicModule): Promise<INestApplication> {
  return NestFactory.create(module, { logger: false, forceCloseConnections: true })
}

/** Nest's own answer to an error: of a 500 it says nothing. */
export function nestErrorBody(status: number, text: string | undefined): string {
  const error = STATUS_CODES[status]
  if (status === 500) return JSON.stringify({ statusCode: status, message: 'Internal server error' })
  return JSON.stringify({ message: text ?? error, ...(text && { error }), statusCode: status })
}
