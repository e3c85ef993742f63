import { type DynamicModule, HttpException, type INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { describeAdapter } from '../../src/contract/describe-adapter.ts'
import { describeNestRoutes } from '../../src/contract/describe-nest-routes.ts'
import { describeOfrep } from '../../src/contract/describe-ofrep.ts'
import { createOnExpress, nestErrorBody, startNest, startNestOfrep } from '../../src/contract/start-nest.ts'

describeAdapter('Nest 12 on Express', {
  start: (app) => startNest(createOnExpress, app),
  undefinedTenant: 'TENANT_NOT_KNOWN_YET',
  errorBody: nestErrorBody,
  httpError: (status) => new HttpException('x', status),
})

function createOnFastify(module: DynamicModule): Promise<INestApplication> {
  return NestFactory.create(module, new FastifyAdapter({ forceCloseConnections: true }), { logger: false })
}

describeAdapter('Nest 12 on Fastify', {
  start: (app) => startNest(createOnFastify, app),
  undefinedTenant: 'TENANT_NOT_KNOWN_YET',
  errorBody: nestErrorBody,
  httpError: (status) => new HttpException('x', status),
})

describeNestRoutes('Nest 12 on Express', createOnExpress)
describeNestRoutes('Nest 12 on Fastify', createOnFastify)

describeOfrep('Nest 12 on Express', {
  start: (app) => startNestOfrep(createOnExpress, app),
  parsesAlways: true,
  tenantOnlyBy: 'middleware',
})
describeOfrep('Nest 12 on Fastify', {
  start: (app) => startNestOfrep(createOnFastify, app),
  parsesAlways: true,
  tenantOnlyBy: 'middleware',
})
