import { defineConfig } from 'vitest/config'

/** How every package is tested; each runs it from its own folder. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', ['json', { outputFile: 'node_modules/.vitest/results.json' }]],
  },
})
