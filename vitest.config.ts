import { defineConfig } from 'vitest/config'

/** How every package is tested; each runs it from its own folder. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // What waits for I/O may wait long on a busy machine; nothing here waits for time to pass.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', ['json', { outputFile: 'node_modules/.vitest/results.json' }]],
  },
})
