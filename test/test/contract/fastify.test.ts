import { describeAdapter } from '../../src/contract/describe-adapter.ts'
import { describeOfrep } from '../../src/contract/describe-ofrep.ts'
import { describeVariantRoutes } from '../../src/contract/describe-variant-routes.ts'
import { fastifyErrorBody, startFastify, startFastifyOfrep } from '../../src/contract/start-fastify.ts'

describeAdapter('Fastify 5', { start: startFastify, errorBody: fastifyErrorBody })
describeVariantRoutes('Fastify 5', { start: startFastify })
describeOfrep('Fastify 5', { start: startFastifyOfrep })
