import { describeAdapter } from '../../src/contract/describe-adapter.ts'
import { describeVariantRoutes } from '../../src/contract/describe-variant-routes.ts'
import { fastifyErrorBody, startFastify } from '../../src/contract/start-fastify.ts'

describeAdapter('Fastify 5', { start: startFastify, errorBody: fastifyErrorBody })
describeVariantRoutes('Fastify 5', { start: startFastify })
