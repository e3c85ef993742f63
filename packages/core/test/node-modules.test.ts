import { describe, expect, it, vi } from 'vitest'
import { createAppConfig, files, memory } from '../src/index.ts'
import { nodeModule } from '../src/node-modules.ts'

function without<Result>(property: keyof typeof globalThis, value: unknown, work: () => Result): Result {
  vi.stubGlobal(property, value)
  try {
    return work()
  } finally {
    vi.unstubAllGlobals()
  }
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

describe('a module of Node', () => {
  it('is the one that an import gives', async () => {
    expect(nodeModule('crypto')).toBe((await import('node:crypto')).default)
  })

  it.each([
    ['without a process', undefined],
    ['with an older process', { env: {} }],
    ['with a process that has no such module', { env: {}, getBuiltinModule: () => undefined }],
  ])('is missed in a runtime %s, when it is needed', (_, process) => {
    const options = { application: 'api', environment: 'dev', layers: ['default'], source: memory({}) }

    const thrown = without('process', process, () => [
      thrownBy(() => createAppConfig(options)),
      thrownBy(() => files({ directory: '.' })),
    ])

    expect(thrown).toMatchObject([
      { code: 'RUNTIME_UNSUPPORTED', status: 500, message: expect.stringContaining('no node:crypto') },
      { code: 'RUNTIME_UNSUPPORTED', message: expect.stringMatching(/no node:(path|fs)/) },
    ])
  })
})
