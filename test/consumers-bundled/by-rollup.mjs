import commonjs from '@rollup/plugin-commonjs'
import json from '@rollup/plugin-json'
import nodeResolve from '@rollup/plugin-node-resolve'
import { rollup } from 'rollup'

const plugins = [nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }), commonjs(), json()]
const bundle = await rollup({ input: 'app.mjs', plugins, onwarn() {} })
await bundle.write({
  dir: 'by-rollup',
  entryFileNames: 'main.mjs',
  chunkFileNames: '[name].mjs',
  format: 'esm',
})
await bundle.close()
