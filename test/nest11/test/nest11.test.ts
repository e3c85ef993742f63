import { createRequire } from 'node:module'
import { AppConfigException } from '@appconfig-kit/nestjs'
import { HttpException } from '@nestjs/common'
import { expect, it } from 'vitest'
import { describeAdapter } from '../../src/contract/describe-adapter.ts'
import { describeNestRoutes } from '../../src/contract/describe-nest-routes.ts'
import { createOnExpress, nestErrorBody, startNest } from '../../src/contract/start-nest.ts'

it('is Nest 11 that everything here runs on, our package too', () => {
  const { version } = createRequire(import.meta.url)('@nestjs/common/package.json') as { version: string }

  expect(version).toMatch(/^11\./)
  expect(Object.getPrototypeOf(AppConfigException)).toBe(HttpException)
})

describeAdapter('Nest 11', {
  start: (app) => startNest(createOnExpress, app),
  undefinedTenant: 'TENANT_NOT_KNOWN_YET',
  errorBody: nestErrorBody,
  httpError: (status) => new HttpException('x', status),
})

describeNestRoutes('Nest 11', createOnExpress)
