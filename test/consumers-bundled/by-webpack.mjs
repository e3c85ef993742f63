import webpack from 'webpack'

const options = {
  mode: 'production',
  target: 'node20',
  entry: './app.mjs',
  output: { path: `${import.meta.dirname}/by-webpack`, filename: 'main.cjs' },
}
webpack(options, (error, stats) => {
  if (error || stats.hasErrors() || stats.hasWarnings())
    throw error ?? new Error(stats.toString('errors-warnings'))
})
