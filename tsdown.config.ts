import { defineConfig } from 'tsdown'

/** How every package is built; a package's `build` script names only its entries. */
export default defineConfig({
  format: ['esm', 'cjs'],
  dts: { oxc: true },
  platform: 'node',
  // Where a test runner gives CommonJS a realm of its own, as Jest does, there is no import().
  outputOptions: (options, format) =>
    format === 'cjs' ? { ...options, dynamicImportInCjs: false } : options,
  target: 'node20.19',
  outDir: 'dist',
  // With the sources in them: node --enable-source-maps then names their files and lines.
  sourcemap: true,
  // A package's own folder, not this one.
  cwd: process.cwd(),
  clean: true,
  logLevel: 'error',
})
