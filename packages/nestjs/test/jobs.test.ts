/**
 * What runs without a request: scheduled methods, and work for a queue's message.
 *
 * @module
 */
import { Inject, Injectable, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Query, Resolver } from '@nestjs/graphql'
import { Cron, ScheduleModule, SchedulerRegistry } from '@nestjs/schedule'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { expect, it } from 'vitest'
import {
  AppConfigModule,
  AppConfigService,
  Flag,
  Flagged,
  isEnabled,
  memory,
  withConfig,
} from '../src/index.ts'
import { closeLater } from './serve.ts'

const YEARLY = '0 0 1 1 *'
let done: unknown[] = []

async function start(...jobs: Type[]) {
  const source = memory({
    default: { featureA: false },
    'tenant-t1': { featureA: true, owner: 't1' },
    'tenant-t2': { owner: 't2' },
  })
  const appConfig = AppConfigModule.forRoot({
    application: 'api',
    environment: 'prod',
    layers: ['default', ({ id }) => `tenant-${id}`],
    source,
    tenant: () => null,
  })
  const app = await NestFactory.createApplicationContext(
    { module: class AppModule {}, imports: [ScheduleModule.forRoot(), appConfig], providers: jobs },
    { logger: false, abortOnError: false },
  )
  closeLater(() => app.close())
  return (name: string) => app.get(SchedulerRegistry).getCronJob(name).fireOnTick()
}

it('a scheduled method resolves each tenant, and works in its configuration', async () => {
  @Injectable()
  class Jobs {
    constructor(@Inject(AppConfigService) private readonly appConfig: AppConfigService) {}

    @Cron(YEARLY, { name: 'nightly', waitForCompletion: true })
    async nightly(): Promise<void> {
      await Promise.all(
        ['t1', 't2'].map(async (tenant) => {
          const config = await this.appConfig.resolve(tenant)
          if (isEnabled(config, 'featureA')) done.push(`on for ${tenant}`)
          await withConfig(config, () => this.report(tenant))
        }),
      )
    }

    @Flagged('featureA', { old: 'reportOld' })
    async report(tenant: string): Promise<void> {
      done.push(`new for ${tenant}, ${this.appConfig.get('owner')}`)
    }
    async reportOld(tenant: string): Promise<void> {
      done.push(`old for ${tenant}, ${this.appConfig.get('owner')}`)
    }
  }
  done = []
  const fire = await start(Jobs)

  await fire('nightly')

  expect(done.sort()).toEqual(['new for t1, t1', 'old for t2, t2', 'on for t1'])
})

it('says so where a scheduled method asks for the configuration of a request', async () => {
  @Injectable()
  class Jobs {
    constructor(@Inject(AppConfigService) private readonly appConfig: AppConfigService) {}
    @Cron(YEARLY, { name: 'lost' })
    lost(): void {
      try {
        done.push(this.appConfig.get('owner'))
      } catch (error) {
        done.push((error as { code: string }).code)
      }
    }
  }
  done = []
  const fire = await start(Jobs)

  await fire('lost')

  expect(done).toEqual(['CONTEXT_MISSING'])
})

it('does not start with @Flag on a scheduled method, which no guard would stop', async () => {
  @Injectable()
  class OnMethod {
    @Flag('featureA')
    @Cron(YEARLY)
    nightly(): void {}
  }
  @Flag('featureA')
  @Injectable()
  class OnClass {
    @Cron(YEARLY)
    nightly(): void {}
  }

  for (const jobs of [OnMethod, OnClass]) {
    await expect(start(jobs)).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: expect.stringContaining(`@Flag has no effect on ${jobs.name}.nightly`),
    })
  }
})

it('starts with @Flag on a gateway or resolver that has a job, too: it is for messages and fields', async () => {
  @Flag('featureA')
  @WebSocketGateway()
  class Gateway {
    @SubscribeMessage('hello')
    hello(): void {}
    @Cron(YEARLY, { name: 'of the gateway' })
    nightly(): void {
      done.push('gateway')
    }
  }
  @Flag('featureA')
  @Resolver()
  class Fields {
    @Query(() => String)
    field(): string {
      return ''
    }
    @Cron(YEARLY, { name: 'of the resolver' })
    nightly(): void {
      done.push('resolver')
    }
  }
  done = []
  const fire = await start(Gateway, Fields)

  await fire('of the gateway')
  await fire('of the resolver')

  expect(done).toEqual(['gateway', 'resolver'])
})
