/** The action for pull requests as a runner runs it: its scripts by bash, on a repository with two commits. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import { beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Finished, ROOT, run } from '../src/run.ts'

const ACTION = join(ROOT, 'packages/cli/action')
const action = parse(readFileSync(join(ACTION, 'action.yml'), 'utf8'))
const workflow = parse(readFileSync(join(ACTION, 'pull-request.yml'), 'utf8'))
const [report, comment, fail] = action.runs.steps

let folder: string
let github: FakeGitHub
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'action-'))
  github = await startGitHub()
  git('init', '--quiet', '--initial-branch=main')
  commit({
    'appconfig/api/prod-01/default.json': BEFORE,
    'tenants.yaml': '- acme\n- { id: shop, tier: gold }\n',
  })
  return async () => {
    await github.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

/** In place of the command where it is not the subject: it says that all is valid, and the same. */
const ALL_VALID = { command: '/bin/true' }
const BEFORE = '{\n  "featureA": false,\n  "limit": 5\n}\n'
const AFTER = '{\n  "featureA": true,\n  "limit": 5\n}\n'

function git(...args: string[]): void {
  const who = ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false']
  execFileSync('git', [...who, ...args], { cwd: folder })
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

function commit(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) write(path, text)
  git('add', '--all')
  git('commit', '--quiet', '--message', 'change')
}

interface Step {
  readonly run: string
  readonly if?: string
  readonly env: Readonly<Record<string, string>>
}

/** The value of a text with `${{ }}`, by GitHub's own evaluator. */
function evaluate(text: string, contexts: object): string {
  const names = ['github', 'inputs', 'runner', 'steps']
  const context = JSON.parse(JSON.stringify(contexts), data.reviver)
  return String(text).replaceAll(/\$\{\{(.*?)\}\}/g, (_, expression: string) => {
    const { tokens } = new Lexer(expression.trim()).lex()
    return new Evaluator(new Parser(tokens, names, []).parse(), context).evaluate().coerceString()
  })
}

/** Runs the steps as a runner does, of a pull request from a branch of the repository. */
async function runAction(
  given: Readonly<Record<string, string>> = {},
  event: object = { pull_request: { number: 7 } },
) {
  const defaults = Object.entries(action.inputs as Record<string, { default: string }>).map(
    ([name, { default: value }]) => [name, evaluate(value, { github: { token: 'the-token' } })],
  )
  const inputs = {
    ...Object.fromEntries(defaults),
    command: join(ROOT, 'packages/cli/bin/appconfig-kit.mjs'),
    tenants: 'tenants.yaml',
    ...given,
  }
  const temp = mkdtempSync(join(tmpdir(), 'runner-'))
  const [output, summary] = [join(temp, 'output'), join(temp, 'summary')]
  for (const file of [output, summary]) writeFileSync(file, '')
  const outputs: Record<string, string> = {}
  const contexts = { github: { event }, inputs, runner: { temp }, steps: { report: { outputs } } }
  const runStep = async (step: Step): Promise<Finished | undefined> => {
    const condition = step.if === undefined ? 'true' : evaluate(step.if, contexts)
    if (['', 'false'].includes(condition)) return undefined
    const env = Object.entries(step.env).map(([name, value]) => [name, evaluate(value, contexts)])
    writeFileSync(join(temp, 'script.sh'), step.run)
    const finished = await run(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', join(temp, 'script.sh')],
      folder,
      {
        ...Object.fromEntries(env),
        GITHUB_ACTION_PATH: ACTION,
        GITHUB_API_URL: github.url,
        GITHUB_REPOSITORY: 'acme/api',
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        RUNNER_TEMP: temp,
      },
    )
    for (const [, name = '', value = ''] of readFileSync(output, 'utf8').matchAll(/^(\w+)=(.*)$/gm))
      outputs[name] = value
    return finished
  }
  const reported = await runStep(report)
  const commented = reported?.code === 0 ? await runStep(comment) : undefined
  const failed = reported?.code === 0 ? await runStep(fail) : undefined
  const result = { outputs, reported, commented, failed, summary: readFileSync(summary, 'utf8') }
  rmSync(temp, { recursive: true })
  return result
}

describe('a pull request', { timeout: 60_000 }, () => {
  it('gets a comment of what it changes, and for whom', async () => {
    commit({ 'appconfig/api/prod-01/default.json': AFTER })

    const { outputs, failed, summary } = await runAction()

    expect(outputs).toEqual({ changed: '1', problems: '0' })
    expect(failed?.code).toBe(0)
    expect(github.comments).toEqual([{ id: 1, user: { type: 'Bot' }, body: expect.any(String) }])
    expect(github.comments[0]?.body).toBe(`<!-- appconfig-kit Configuration -->
### Configuration

1 document changed, no problems.

\`\`\`text
appconfig/api/prod-01/default.json
  featureA: false -> true
  acme: featureA off -> on
  shop: featureA off -> on
\`\`\`
`)
    expect(github.comments[0]?.body.endsWith(summary)).toBe(true)
    expect(github.requests).toEqual([
      'GET /repos/acme/api/issues/7/comments?per_page=100&page=1',
      'POST /repos/acme/api/issues/7/comments',
    ])
    expect(new Set(github.tokens)).toEqual(new Set(['Bearer the-token']))
  })

  it('has the comment updated in place, and is not written to where nothing has changed', async () => {
    // A person's with the same beginning is not the action's.
    const marker = '<!-- appconfig-kit Configuration -->'
    for (let at = 0; at < 100; at++) github.add({ type: 'User' }, `${marker} ${at}`)
    commit({ 'appconfig/api/prod-01/default.json': AFTER })
    await runAction()
    const before = github.comments.length
    await runAction()
    expect(before).toBe(101)
    expect(github.requests.filter((request) => !request.startsWith('GET'))).toHaveLength(1)

    commit({ 'README.md': 'it is as it was' })
    await runAction({ tenants: '' })

    expect(github.comments).toHaveLength(before)
    expect(github.comments.at(-1)?.body).toContain('no documents changed, no problems.')
    expect(github.requests.at(-1)).toBe('PATCH /repos/acme/api/issues/comments/101')
  })

  it('that changes no document gets no comment', async () => {
    commit({ 'README.md': 'x', 'appconfig/api/prod-01/default.json': `${BEFORE} ` })
    const { outputs, commented } = await runAction()
    expect(outputs).toEqual({ changed: '0', problems: '0' })
    expect(commented?.stdout).toBe('Nothing to comment.\n')
  })

  it('with problems fails, with a line at each place', async () => {
    commit({
      'appconfig/api/prod-01/default.json': '{\n  "limit": 5,\n}\n',
      'appconfig/api/prod-02/default.yaml':
        'f:\n  _variants:\n    - { name: a, enabled: true, rule: (eq $a 1) }\n',
    })
    const { outputs, reported, failed } = await runAction()
    expect(outputs).toEqual({ changed: '2', problems: '2' })
    expect(reported?.stdout).toMatch(
      /^::error file=appconfig\/api\/prod-01\/default.json,line=3,col=1::.*\n::error file=appconfig\/api\/prod-02\/default.yaml,line=3,col=\d+::f\._variants\.0\.rule: must not be there/,
    )
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringMatching(/^::error::2 problems/) })
    expect(github.comments[0]?.body).toContain(
      "  can't be compared: appconfig-kit: The file cannot be used: appconfig/",
    )
    expect(github.comments[0]?.body).toContain('appconfig/api/prod-02/default.yaml (new)')
    expect(github.comments[0]?.body).not.toContain('/runner-')
  })

  it('from a fork, whose token may not comment, has its report in the summary', async () => {
    github.readOnly = true
    commit({ 'appconfig/api/prod-02/default.json': AFTER })
    const { commented, failed, summary } = await runAction(ALL_VALID)
    expect(commented).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^::notice::This token may not/),
    })
    expect(failed?.code).toBe(0)
    expect(summary).toContain('appconfig/api/prod-02/default.json (new)')
  })

  it('can be told not to comment, and does not outside of pull requests', async () => {
    commit({ 'README.md': 'x' })
    expect((await runAction({ ...ALL_VALID, comment: 'false' })).commented).toBeUndefined()
    expect((await runAction(ALL_VALID, {})).commented).toBeUndefined()
    expect(github.requests).toEqual([])
  })

  it('that removes a document says so', async () => {
    git('rm', '--quiet', 'appconfig/api/prod-01/default.json')
    git('commit', '--quiet', '--message', 'gone')
    const { outputs } = await runAction()
    expect(outputs).toEqual({ changed: '1', problems: '0' })
    expect(github.comments[0]?.body).toContain('default.json (removed)\n  featureA: removed false')
  })
})

describe('a hostile pull request', { timeout: 60_000 }, () => {
  it('reads no file through a link', async () => {
    write('../secret.json', '{"secret": "s3cr3t"}')
    symlinkSync('../../../../secret.json', join(folder, 'appconfig/api/prod-01/linked.json'))
    commit({})
    const { outputs, reported, summary } = await runAction(ALL_VALID)
    rmSync(join(folder, '../secret.json'))
    expect(outputs['problems']).toBe('1')
    expect(`${reported?.stdout}${summary}`).toContain('linked.json: is a link')
    expect(`${reported?.stdout}${summary}`).not.toContain('s3cr3t')
  })

  it('gets nothing run, no command to the runner, and no markup', async () => {
    const name = 'appconfig/api/prod-01/$(touch ran)`touch ran`\n::stop-commands::x;.json'
    const keys = { '::add-mask::x': 1, '```\n</code><img src=x>': '@everyone', '-x': 1 }
    commit({ [name]: JSON.stringify(keys), 'appconfig/-x/--json/--a\n::add-mask::x.json': '{,' })
    const { reported, commented } = await runAction()
    expect(reported?.code).toBe(0)
    expect(() => readFileSync(join(folder, 'ran'))).toThrow()
    const lines = `${reported?.stdout}${commented?.stdout}`
      .split('\n')
      .filter((line) => line.startsWith('::'))
    expect(lines).toEqual([
      expect.stringMatching(/^::error file=appconfig\/-x\/--json\/--a%0A%3A%3Aadd-mask%3A%3Ax.json,/),
    ])
    const body = github.comments[0]?.body ?? ''
    const [, fence = '', inside = ''] = body.match(/\n(`{3,})text\n([\s\S]*)\n\1\n$/) ?? []
    expect(fence.length).toBeGreaterThan(3)
    expect(inside).toContain('@everyone')
    expect(inside).not.toContain(fence)
  })

  it('of a huge difference gets a comment that GitHub takes', async () => {
    const values = Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`key${at}`, 'x'.repeat(50)]))
    commit({ 'appconfig/api/prod-01/default.json': JSON.stringify(values) })
    await runAction({ tenants: '' })
    expect(github.comments[0]?.body.length).toBeLessThan(65_536)
    expect(github.comments[0]?.body).toMatch(/\n```\n$/)
  })
})

describe('the files', () => {
  it('pin actions, ask for the least rights, and put nothing into scripts', async () => {
    const { steps, permissions } = workflow.jobs.review
    const used = (steps as { uses?: string }[]).flatMap(({ uses }) => uses ?? [])
    expect(used.length).toBe(3)
    for (const each of used)
      expect(each).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$|^\.\/node_modules\/appconfig-kit\/action$/)
    expect([workflow.permissions, permissions]).toEqual([{}, { contents: 'read', 'pull-requests': 'write' }])
    expect(Object.keys(workflow.on)).toEqual(['pull_request'])
    for (const { run: script, uses } of [...action.runs.steps, ...steps]) {
      expect(script ?? '').not.toContain('${{')
      expect(uses ?? '').not.toContain('${{')
    }
    const check = ['src/drivers/check-workflow.mjs', join(ACTION, 'pull-request.yml')]
    expect(await run(process.execPath, check, join(ROOT, 'test'))).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
  })

  it('fail where there is nothing to look at, or no commit to compare with', async () => {
    expect((await runAction({ directory: 'elsewhere' })).reported).toMatchObject({ code: 1 })
    appendFileSync(join(folder, 'x'), '')
    const { reported } = await runAction({ base: '--output=x' })
    expect(reported).toMatchObject({ code: 1, stdout: expect.stringMatching(/^::error::/) })
  })
})

interface Comment {
  readonly id: number
  readonly user: { readonly type: string }
  body: string
}

interface FakeGitHub {
  readonly url: string
  readonly comments: Comment[]
  readonly requests: string[]
  readonly tokens: (string | undefined)[]
  readOnly: boolean
  add(user: Comment['user'], body: string): Comment
  close(): Promise<void>
}

/** Comments of a pull request, over HTTP. */
async function startGitHub(): Promise<FakeGitHub> {
  const server: Server = createServer(async (request, response) => {
    const { method, url = '', headers } = request
    fake.requests.push(`${method} ${url}`)
    fake.tokens.push(headers.authorization)
    let text = ''
    for await (const chunk of request) text += chunk
    const answer = (status: number, value: unknown) => response.writeHead(status).end(JSON.stringify(value))
    if (method === 'GET') {
      const page = Number(new URL(url, 'http://x').searchParams.get('page'))
      return answer(200, fake.comments.slice((page - 1) * 100, page * 100))
    }
    if (fake.readOnly) return answer(403, { message: 'Resource not accessible by integration' })
    const { body } = JSON.parse(text)
    if (method === 'POST') return answer(201, fake.add({ type: 'Bot' }, body))
    const found = fake.comments.find(({ id }) => url.endsWith(`/issues/comments/${id}`))
    if (found === undefined) return answer(404, {})
    found.body = body
    return answer(200, found)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const fake: FakeGitHub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments: [],
    requests: [],
    tokens: [],
    readOnly: false,
    add(user, body) {
      const added = { id: fake.comments.length + 1, user, body }
      fake.comments.push(added)
      return added
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return fake
}
