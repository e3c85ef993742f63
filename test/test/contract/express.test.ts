import { createRequire } from 'node:module'
import express5 from 'express'
import { beforeEach, vi } from 'vitest'
import { describeAdapter } from '../../src/contract/describe-adapter.ts'
import { describeOfrep } from '../../src/contract/describe-ofrep.ts'
import { describeVariantRoutes } from '../../src/contract/describe-variant-routes.ts'
import { expressErrorBody, startExpress, startExpressOfrep } from '../../src/contract/start-express.ts'

const express4 = createRequire(import.meta.url)('express4') as typeof express5

// Express prints what reaches its own error handling.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}))

describeAdapter('Express 5', { start: (app) => startExpress(express5, app), errorBody: expressErrorBody })
describeAdapter('Express 4', { start: (app) => startExpress(express4, app), errorBody: expressErrorBody })
describeVariantRoutes('Express 5', { start: (app) => startExpress(express5, app) })
describeVariantRoutes('Express 4', { start: (app) => startExpress(express4, app) })
describeOfrep('Express 5', { start: (app) => startExpressOfrep(express5, app) })
describeOfrep('Express 4', { start: (app) => startExpressOfrep(express4, app) })
