import { defineConfig } from 'tsdown'

/** The page: one file of script for browsers, with Preact in it, beside its style and markup. */
export default defineConfig({
  entry: { console: 'src/page/main.tsx' },
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  tsconfig: 'src/page/tsconfig.json',
  outDir: 'dist/page',
  noExternal: [/^preact/],
  minify: true,
  dts: false,
  clean: false,
  outExtensions: () => ({ js: '.js' }),
  copy: [
    { from: 'src/page/console.css', to: 'dist/page' },
    { from: 'src/page/index.html', to: 'dist/page' },
    { from: 'node_modules/preact/LICENSE', to: 'dist/page', rename: 'LICENSE-preact.txt' },
  ],
  logLevel: 'error',
})
