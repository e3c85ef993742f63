/**
 * A Nest application of a user's, on the packed tarballs: whatever builds it, whichever module format.
 *
 * @module
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Finished, ROOT, run } from '../../src/run.ts'

const ANSWERS = '200 new a 3 3\n200 old a 3 3\n404 \n'
const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const { packageManager, devDependencies } = readJson(join(ROOT, 'package.json'))

async function pnpm(args: string[], cwd: string): Promise<void> {
  const { code, stdout, stderr } = await run('npx', ['--yes', packageManager, ...args], cwd)
  if (code !== 0) throw new Error(`pnpm ${args.join(' ')} ended with ${code}\n${stdout}\n${stderr}`)
}

/** A project of its own, with our tarballs and these packages from the registry. */
async function createProject(
  manifest: { type: string } & Record<string, unknown>,
  dependencies: Record<string, string>,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nest-'))
  folders.push(folder)
  const tarballs: Record<string, string> = {}
  for (const name of ['core', 'nestjs']) {
    await pnpm(['pack', '--pack-destination', folder], join(ROOT, 'packages', name))
    const file = readdirSync(folder).find((one) => one.startsWith(`appconfig-kit-${name}-`))
    tarballs[`@appconfig-kit/${name}`] = `file:${file}`
  }
  const common = {
    '@types/node': devDependencies['@types/node'],
    'reflect-metadata': '^0.2.2',
    rxjs: '^7.8.2',
    typescript: devDependencies.typescript,
  }
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({
      private: true,
      ...manifest,
      dependencies: { ...common, ...tarballs, ...dependencies },
      pnpm: { overrides: tarballs, onlyBuiltDependencies: ['esbuild'] },
    }),
  )
  cpSync(join(ROOT, 'test/consumers-nest'), folder, { recursive: true })
  await pnpm(['install', '--prefer-offline', '--ignore-workspace'], folder)
  return folder
}

/** What Nest's own starter has, less what does not matter here. */
async function tsc(folder: string, compilerOptions: object): Promise<Finished> {
  const options = {
    target: 'es2023',
    types: ['node'],
    strict: true,
    experimentalDecorators: true,
    skipLibCheck: true,
    rootDir: '.',
    outDir: 'dist',
    ...compilerOptions,
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, files: ['main.ts'] }),
  )
  return run(join(folder, 'node_modules/.bin/tsc'), [], folder)
}

const succeeded = (stdout: string): Finished => ({ code: 0, stdout, stderr: '' })

describe('Nest 12, ESM,', { timeout: 60_000 }, () => {
  let folder: string
  beforeAll(async () => {
    folder = await createProject(
      { type: 'module' },
      {
        '@nestjs/common': '^12.5.1',
        '@nestjs/core': '^12.5.1',
        '@nestjs/platform-express': '^12.5.1',
        '@swc/core': '^1.16.0',
        esbuild: '^0.28.0',
      },
    )
  }, 300_000)

  const serve = (file: string): Promise<Finished> => run(process.execPath, [file], folder)

  it.each([true, false])('is built by tsc, emitDecoratorMetadata: %s', async (emitDecoratorMetadata) => {
    expect(await tsc(folder, { module: 'nodenext', emitDecoratorMetadata })).toEqual(succeeded(''))

    expect(await serve('dist/main.js')).toEqual(succeeded(ANSWERS))
  })

  it('is built by SWC', async () => {
    const build = `
      import { mkdirSync, writeFileSync } from 'node:fs'
      import { transformFileSync } from '@swc/core'
      mkdirSync('swc', { recursive: true })
      for (const name of ['app', 'main']) {
        const { code } = transformFileSync(name + '.ts', { jsc: {
          target: 'es2022', parser: { syntax: 'typescript', decorators: true }, transform: { legacyDecorator: true } } })
        writeFileSync('swc/' + name + '.js', code)
      }`
    expect(await run(process.execPath, ['--input-type=module', '-e', build], folder)).toEqual(succeeded(''))

    expect(await serve('swc/main.js')).toEqual(succeeded(ANSWERS))
  })

  it('is built by esbuild', async () => {
    const args = ['main.ts', '--bundle', '--packages=external', '--platform=node', '--format=esm']
    const options = '--tsconfig-raw={"compilerOptions":{"experimentalDecorators":true}}'
    const { code } = await run(
      join(folder, 'node_modules/.bin/esbuild'),
      [...args, options, '--outfile=esbuild/main.js'],
      folder,
    )
    expect(code).toBe(0)

    expect(await serve('esbuild/main.js')).toEqual(succeeded(ANSWERS))
  })
})

describe('Nest 11, CommonJS,', { timeout: 60_000 }, () => {
  let folder: string
  beforeAll(async () => {
    folder = await createProject(
      { type: 'commonjs', jest: { testMatch: ['**/*.spec.cjs'] } },
      {
        '@nestjs/common': '^11.1.0',
        '@nestjs/core': '^11.1.0',
        '@nestjs/platform-express': '^11.1.0',
        '@nestjs/testing': '^11.1.0',
        jest: '^30.0.0',
      },
    )
    expect(await tsc(folder, { module: 'commonjs', moduleResolution: 'bundler' })).toEqual(succeeded(''))
  }, 300_000)

  it('serves', async () => {
    expect(await run(process.execPath, ['dist/main.js'], folder)).toEqual(succeeded(ANSWERS))
  })

  it('is tested with Jest', async () => {
    const { code, stderr } = await run(join(folder, 'node_modules/.bin/jest'), [], folder)

    expect(stderr).toMatch(/Tests: +3 passed, 3 total/)
    expect(code).toBe(0)
  })
})
