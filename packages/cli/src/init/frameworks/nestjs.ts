/**
 * Nest, on Express or Fastify.
 *
 * @module
 */
import { type Framework, importing } from '../framework.ts'
import type { Project } from '../project.ts'

/** What `init` knows of Nest. */
export const nestjs: Framework = {
  title: 'Nest',
  dependency: '@nestjs/core',
  adapter: '@appconfig-kit/nestjs',
  additions: (project) => [
    {
      where: 'at the top of the root module and of a controller',
      lines: [importing(project, ['AppConfigModule', 'Flagged'], '@appconfig-kit/nestjs')],
    },
    { where: 'in the imports of the root module', lines: ['AppConfigModule.forRoot(),'] },
    {
      where: 'in a controller',
      lines: [
        "@Get('search')",
        "@Flagged('featureA', { old: 'searchOld' })",
        "search() { return 'new' }",
        "searchOld() { return 'old' }",
      ],
    },
  ],
  test: (project) => ({
    imports: [
      "import 'reflect-metadata'",
      "import { Controller, Get, Module } from '@nestjs/common'",
      "import { NestFactory } from '@nestjs/core'",
      ...(isOnFastify(project) ? ["import { FastifyAdapter } from '@nestjs/platform-fastify'"] : []),
    ],
    names: ['AppConfigModule', 'Flagged'],
    start: `// Decorators are called as functions, so that this file runs without a compiler.
class SearchController {
  search() { return 'new' }
  searchOld() { return 'old' }
}
const { prototype } = SearchController
const search = Object.getOwnPropertyDescriptor(prototype, 'search')
const switched = Flagged('featureA', { old: 'searchOld' })(prototype, 'search', search) ?? search
Get('search')(prototype, 'search', switched)
Object.defineProperty(prototype, 'search', switched)
Controller()(SearchController)

async function start(options) {
  class TestModule {}
  Module({ imports: [AppConfigModule.forRoot(options)], controllers: [SearchController] })(TestModule)
  const app = await NestFactory.create(TestModule, ${isOnFastify(project) ? 'new FastifyAdapter(), ' : ''}{ logger: ['error'] })
  await app.listen(0, '127.0.0.1')
  return { url: await app.getUrl(), close: () => app.close() }
}`,
  }),
}

function isOnFastify(project: Project): boolean {
  return project.has('@nestjs/platform-fastify') && !project.has('@nestjs/platform-express')
}
