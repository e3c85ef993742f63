import { HTTPException } from 'hono/http-exception'
import { describeAdapter } from '../../src/contract/describe-adapter.ts'
import { describeOfrep } from '../../src/contract/describe-ofrep.ts'
import { describeVariantRoutes } from '../../src/contract/describe-variant-routes.ts'
import { honoErrorBody, startHono, startHonoOfrep } from '../../src/contract/start-hono.ts'

describeAdapter('Hono 4 on Node', {
  start: startHono,
  errorBody: honoErrorBody,
  httpError: (status) => new HTTPException(status as 401, { message: 'x' }),
})
describeVariantRoutes('Hono 4 on Node', { start: startHono })
describeOfrep('Hono 4 on Node', { start: startHonoOfrep })
