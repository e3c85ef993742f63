import { HttpException } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { describeAdapter } from '../../src/contract/describe-adapter.ts'
import { createOnExpress, nestErrorBody, startNest } from '../../src/contract/start-nest.ts'

describeAdapter('Nest 12 on Express', {
  start: (app) => startNest(createOnExpress, app),
  undefinedTenant: 'TENANT_NOT_KNOWN_YET',
  errorBody: nestErrorBody,
  httpError: (status) => new HttpException('x', status),
})

describeAdapter('Nest 12 on Fastify', {
  start: (app) =>
    startNest(
      (module) =>
        NestFactory.create(module, new FastifyAdapter({ forceCloseConnections: true }), { logger: false }),
      app,
    ),
  undefinedTenant: 'TENANT_NOT_KNOWN_YET',
  errorBody: nestErrorBody,
  httpError: (status) => new HttpException('x', status),
})
