import { createRequire } from 'node:module'
import Koa3 from 'koa'
import { describeAdapter } from '../../src/contract/describe-adapter.ts'
import { describeOfrep } from '../../src/contract/describe-ofrep.ts'
import { describeVariantRoutes } from '../../src/contract/describe-variant-routes.ts'
import { koaErrorBody, startKoa, startKoaOfrep } from '../../src/contract/start-koa.ts'

const Koa2 = createRequire(import.meta.url)('koa2') as typeof Koa3

describeAdapter('Koa 3', { start: (app) => startKoa(Koa3, app), errorBody: koaErrorBody })
describeAdapter('Koa 2', { start: (app) => startKoa(Koa2, app), errorBody: koaErrorBody })
describeVariantRoutes('Koa 3', { start: (app) => startKoa(Koa3, app) })
describeVariantRoutes('Koa 2', { start: (app) => startKoa(Koa2, app) })
describeOfrep('Koa 3', { start: (app) => startKoaOfrep(Koa3, app) })
describeOfrep('Koa 2', { start: (app) => startKoaOfrep(Koa2, app) })
