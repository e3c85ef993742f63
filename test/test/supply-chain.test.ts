/** What users install with the packages: that each of it is wanted, allowed and passive. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { ROOT, run } from '../src/run.ts'

const LICENCES = ['Apache-2.0', 'MIT', 'ISC', 'BSD-3-Clause', 'BlueOak-1.0.0', '0BSD']

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly license: string
  readonly scripts?: Readonly<Record<string, string>>
}

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const manifests = readdirSync(join(ROOT, 'packages')).map((folder) => ({
  folder,
  manifest: JSON.parse(read(`packages/${folder}/package.json`)) as Manifest,
}))

describe('docs/dependencies.md', () => {
  const rows = [...read('docs/dependencies.md').matchAll(/^\| (\S+) +\| ([^|]+?) *\| (\S+) +\|/gm)]
    .map(([, name = '', users = '', licence = '']) => ({ name, users: users.split(', '), licence }))
    .filter(({ name }) => name !== 'package' && !name.startsWith('--'))

  it('lists what each package depends on, and nothing else', () => {
    const listed = rows.flatMap(({ name, users }) => users.map((user) => `${user} ${name}`))
    const real = manifests.flatMap(({ manifest: { name, dependencies = {} } }) =>
      Object.keys(dependencies)
        .filter((dependency) => !dependency.startsWith('@appconfig-kit/'))
        .map((dependency) => `${name.replace('@appconfig-kit/', '')} ${dependency}`),
    )

    expect(listed.sort()).toEqual(real.sort())
    expect(real.length).toBeGreaterThan(10)
  })

  it('says their licences', () => {
    const licences = rows.map(({ name, users: [user = ''] }) => {
      const folder = manifests.find(({ manifest }) => manifest.name.endsWith(user))?.folder
      return {
        name,
        licence: JSON.parse(read(`packages/${folder}/node_modules/${name}/package.json`)).license,
      }
    })

    expect(rows.map(({ name, licence }) => ({ name, licence }))).toEqual(licences)
  })
})

it('no package runs code while it is installed here', () => {
  const { onlyBuiltDependencies } = parse(read('pnpm-workspace.yaml'))

  expect(onlyBuiltDependencies).toEqual([])
})

it('no package of ours has a script for installing', () => {
  const scripts = manifests.flatMap(({ manifest }) => Object.keys(manifest.scripts ?? {}))

  expect(scripts.filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([])
})

it('the SBOM lists all packages and what they bring, under licences we list', {
  timeout: 300_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sbom-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'sbom.cdx.json')

  const { code, stdout, stderr } = await run(process.execPath, ['scripts/sbom.mjs', file], ROOT)

  expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: expect.stringMatching(/\d+ components in /) })
  const sbom = JSON.parse(readFileSync(file, 'utf8'))
  const names: string[] = sbom.components.map(({ group, name }: { group?: string; name: string }) =>
    group ? `${group}/${name}` : name,
  )
  expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'appconfig-kit' } } })
  const direct = manifests.flatMap(({ manifest }) => [
    manifest.name,
    ...Object.keys(manifest.dependencies ?? {}),
  ])
  expect(direct.filter((name) => !names.includes(name))).toEqual([])
  expect(
    names.filter((name) => ['express', 'fastify', 'koa', '@nestjs/common', 'vitest'].includes(name)),
  ).toEqual([])
  expect(
    sbom.components.flatMap(licencesOf).filter((licence: string) => !LICENCES.includes(licence)),
  ).toEqual([])
})

describe('.github/workflows', () => {
  const workflow = (name: string) => parse(read(`.github/workflows/${name}.yml`))

  it('test with the same command as everybody, and audit', () => {
    const { jobs } = workflow('ci')

    expect(commandsOf(jobs.test)).toContainEqual(expect.stringMatching(/\.ci\/run$/))
    expect(commandsOf(jobs.audit)).toContainEqual(expect.stringContaining('pnpm.mjs audit --prod'))
  })

  it('publish with provenance, and with the rights that takes and no others', () => {
    const { permissions, jobs } = workflow('release')
    const publishing = jobs.release.steps.find(({ id }: { id?: string }) => id === 'changesets')

    expect(permissions).toEqual({})
    expect(jobs.release.permissions).toEqual({
      contents: 'write',
      'pull-requests': 'write',
      'id-token': 'write',
    })
    expect(publishing.env).toMatchObject({ NPM_CONFIG_PROVENANCE: 'true' })
    expect(commandsOf(jobs.release)).toContainEqual(expect.stringContaining('scripts/sbom.mjs'))
  })

  it('call scripts that are there', () => {
    const commands = ['ci', 'release'].flatMap((name) =>
      Object.values(workflow(name).jobs).flatMap((job) => commandsOf(job as Job)),
    )
    const files = commands.flatMap((command) => command.match(/scripts\/[\w-]+\.mjs|\.ci\/\w+/g) ?? [])

    expect(files.length).toBeGreaterThan(3)
    expect(() => files.map(read)).not.toThrow()
  })
})

interface Job {
  readonly steps: readonly { readonly run?: string; readonly id?: string }[]
}

function commandsOf({ steps }: Job): string[] {
  return steps.flatMap(({ run: command }) => (command === undefined ? [] : [command]))
}

function licencesOf({
  name,
  licenses = [],
}: {
  name: string
  licenses?: { license?: { id?: string; name?: string }; expression?: string }[]
}): string[] {
  const licences = licenses.map(({ license, expression }) => license?.id ?? license?.name ?? expression ?? '')
  return licences.length > 0 ? licences : [`${name}: none`]
}
