/**
 * The test that `init` writes: the documents can be read, and both sides of a flag answer.
 *
 * It runs as it is, without a compiler, by Node's own runner or vitest. It serves an application of its own,
 * since where the user's begins is not known.
 *
 * @module
 */
import type { Framework } from './framework.ts'
import { DOCUMENTS, type Project } from './project.ts'

/**
 * Where the test goes. Vitest finds it by its name; the other name is found by `node --test` alone, so that
 * no runner we do not know takes it for one of its own.
 */
export function testPath({ runner }: Project): string {
  return runner === 'vitest' ? 'test/appconfig.test.mjs' : 'test/appconfig.mjs'
}

/** The command that runs it. */
export function testCommand(project: Project): string {
  return `${project.runner === 'vitest' ? 'npx vitest run' : 'node --test'} ${testPath(project)}`
}

/** The text of the test. */
export function testText(framework: Framework, project: Project): string {
  const { imports, names, start } = framework.test(project)
  const { application, environment, runner } = project
  const all = [...names, 'createAppConfig', 'files', 'memory'].sort()
  return `// ${testCommand(project)}
${[
  "import assert from 'node:assert/strict'",
  "import { once } from 'node:events'",
  "import { fileURLToPath } from 'node:url'",
  `import { test } from '${runner === 'vitest' ? 'vitest' : 'node:test'}'`,
  `import { ${all.join(', ')} } from '${framework.adapter}'`,
  ...imports,
]
  .filter((line) => !line.includes('once') || start.includes('once('))
  .join('\n')}

const names = { application: '${application}', environment: '${environment}', layers: ['default'] }

${start}

test('the documents in the folder ${DOCUMENTS} can be read', async () => {
  const directory = fileURLToPath(new URL('../${DOCUMENTS}', import.meta.url))
  const client = createAppConfig({ ...names, source: files({ directory }) })
  try {
    assert.equal(typeof (await client.resolve()), 'object')
  } finally {
    await client.close()
  }
})

for (const featureA of [false, true]) {
  test(\`/search is the \${featureA ? 'new' : 'old'} one while featureA is \${featureA ? 'on' : 'off'}\`, async () => {
    const { url, close } = await start({ ...names, source: memory({ default: { featureA } }) })
    try {
      const response = await fetch(\`\${url}/search\`)
      assert.equal(await response.text(), featureA ? 'new' : 'old')
    } finally {
      await close()
    }
  })
}
`
}
