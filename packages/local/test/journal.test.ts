import { fork } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppConfigClient, CreateApplicationCommand, ListApplicationsCommand } from '@aws-sdk/client-appconfig'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startLocalAppConfig } from '../src/index.ts'
import { openJournal } from '../src/store/journal.ts'
import { API, clientOptions, FIRST_STEP, failure, MINUTE, open, poll, start } from './start.ts'

const KILLS = 50

describe('a folder', () => {
  it('keeps everything, sessions and a deployment in progress too', async () => {
    const directory = temporaryFolder()
    const first = await start({ directory })
    await first.local.deploy({ ...API, content: 'one', versionLabel: 'v-one' })
    const { token } = await poll(first.data, await open(first.data))
    await first.local.deploy({ ...API, content: 'two', strategy: 'AppConfig.AllAtOnce', monitors: ['arn:a'] })
    await first.local.close()

    first.clock.advance(MINUTE)
    const second = await start({ directory, clock: first.clock })
    const polled = await poll(second.data, token)
    second.local.setAlarm('arn:a', 'ALARM')

    expect(polled.text).toBe('two')
    first.clock.advance(MINUTE)
    const rolledBack = await poll(second.data, polled.token)
    expect([rolledBack.text, rolledBack.output.VersionLabel]).toEqual(['one', 'v-one'])
  })

  it('moves on what fell due while nobody ran', async () => {
    const directory = temporaryFolder()
    const first = await start({ directory })
    await first.local.deploy({ ...API, content: 'one', strategy: 'AppConfig.AllAtOnce' })
    await first.local.close()

    first.clock.advance(10 * MINUTE + FIRST_STEP)
    const second = await start({ directory, clock: first.clock })

    expect(await second.local.deploy({ ...API, content: 'two' })).toMatchObject({ deploymentNumber: 2 })
  })

  it('has one owner at a time', async () => {
    const directory = temporaryFolder()
    const { local } = await start({ directory })

    const error = await failure(startLocalAppConfig({ directory }))
    await local.close()

    expect(error).toMatchObject({ code: 'STATE_IN_USE', message: expect.stringContaining('this process') })
    await (await startLocalAppConfig({ directory })).close()
  })

  it('is for its owner only, and holds three files at most', async () => {
    const directory = temporaryFolder()
    const { local } = await start({ directory })
    await local.deploy({ ...API, content: 'one' })

    const files = readdirSync(directory).sort()
    expect(files).toEqual(['lock', 'state.acknowledged', 'state.jsonl'])
    for (const file of files) expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600)
  })
})

describe('a journal', () => {
  it('drops an unfinished last line', () => {
    const directory = temporaryFolder()
    append(directory, 'one')
    appendFileSync(join(directory, 'state.jsonl'), '[{"table":"secrets","key":"b","ent')

    append(directory, 'two')

    expect(keptIn(directory)).toEqual([{ table: 'secrets', key: 'a', entity: 'two' }])
  })

  it('forgets what was superseded or removed', () => {
    const directory = temporaryFolder()
    append(directory, 'one')
    append(directory, undefined)
    const removed = keptIn(directory)
    for (const entity of ['two', 'three']) append(directory, entity)

    expect(removed).toEqual([])
    expect(keptIn(directory)).toEqual([{ table: 'secrets', key: 'a', entity: 'three' }])
    expect(readFileSync(join(directory, 'state.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2)
  })

  it('says that it dropped an unfinished line, once', () => {
    const directory = temporaryFolder()
    append(directory, 'one')
    append(directory, 'two')
    appendFileSync(join(directory, 'state.jsonl'), '0123456789abcdef [{"table":"se')

    const reopened = [1, 2].map(() => {
      const journal = openJournal(directory)
      journal.close()
      return journal.repaired
    })

    expect(reopened).toEqual([expect.stringMatching(/state\.jsonl ended in an unfinished line/), undefined])
  })

  it.each([
    ['{"format":"other","version":1}\n', /'other' version 1/],
    ['{"format":"appconfig-kit-local","version":1}\n', /'appconfig-kit-local' version 1, not/],
    ['nonsense\n', /its first line does not say what it is/],
    ['', /its first line is missing/],
  ])('says that it cannot read %o', (text, message) => {
    const directory = temporaryFolder()
    writeFileSync(join(directory, 'state.jsonl'), text)

    expect(() => openJournal(directory)).toThrow(
      expect.objectContaining({ code: 'STATE_UNREADABLE', message: expect.stringMatching(message) }),
    )
    expect(() => openJournal(directory)).toThrow(message)
  })

  describe('of five lines', () => {
    const LINES = 5

    /** A line that says what it is, and four changes. */
    function written(): { readonly directory: string; readonly file: string; readonly lines: string[] } {
      const directory = temporaryFolder()
      const journal = openJournal(directory)
      for (const entity of ['one', 'two', 'three', 'four']) {
        journal.append([{ table: 'secrets', key: entity, entity }])
      }
      journal.close()
      const file = join(directory, 'state.jsonl')
      return { directory, file, lines: readFileSync(file, 'utf8').trimEnd().split('\n') }
    }

    function complaint(directory: string): unknown {
      try {
        openJournal(directory).close()
        return undefined
      } catch (error) {
        return error
      }
    }

    it('notices each byte that is flipped', () => {
      const { directory, file } = written()
      const good = readFileSync(file)

      const unnoticed = [...good.keys()].filter((at) => {
        const damaged = Buffer.from(good)
        damaged[at] = (damaged[at] ?? 0) ^ 1
        writeFileSync(file, damaged)
        const error = complaint(directory)
        return (error as { code?: unknown } | undefined)?.code !== 'STATE_UNREADABLE'
      })

      expect(unnoticed).toEqual([])
    })

    it.each(Array.from({ length: LINES - 1 }, (_, at) => at))('notices that line %i is missing', (at) => {
      const { directory, file, lines } = written()

      writeFileSync(file, `${lines.toSpliced(at, 1).join('\n')}\n`)

      const place = at === 0 ? 'its first line' : `line ${at + 1} was changed, or a line before it is missing`
      expect(complaint(directory)).toMatchObject({
        code: 'STATE_UNREADABLE',
        message: expect.stringContaining(place),
      })
    })

    it('notices lines that changed places, and a line that stands there twice', () => {
      const { directory, file, lines } = written()
      const [header = '', one = '', two = '', ...rest] = lines

      const complaints = [
        [header, two, one, ...rest],
        [header, one, one, two, ...rest],
      ].map((damaged) => {
        writeFileSync(file, `${damaged.join('\n')}\n`)
        return complaint(directory)
      })

      expect(complaints).toMatchObject([{ code: 'STATE_UNREADABLE' }, { code: 'STATE_UNREADABLE' }])
    })

    it('notices each byte of its end that is missing', () => {
      const { directory, file } = written()
      const good = readFileSync(file)

      const unnoticed = [...good.keys()].filter((length) => {
        writeFileSync(file, good.subarray(0, length))
        return (complaint(directory) as { code?: unknown } | undefined)?.code !== 'STATE_UNREADABLE'
      })

      expect(unnoticed).toEqual([])
    })

    it('notices that it is gone, and begins anew where the note is gone too', () => {
      const { directory, file } = written()

      rmSync(file)
      const gone = complaint(directory)
      rmSync(join(directory, 'state.acknowledged'))

      expect(gone).toMatchObject({ code: 'STATE_UNREADABLE', message: expect.stringContaining('it is gone') })
      expect(keptIn(directory)).toEqual([])
    })

    it('says how many lines are missing at its end', () => {
      const { directory, file, lines } = written()

      writeFileSync(file, `${lines.slice(0, 3).join('\n')}\n`)

      expect(complaint(directory)).toMatchObject({
        code: 'STATE_UNREADABLE',
        message: expect.stringMatching(/it has 3 lines, and 5 were acknowledged/),
      })
    })

    it('is read though the note of a rewritten file before is left, as a kill leaves it', () => {
      const { directory } = written()
      const note = join(directory, 'state.acknowledged')
      const before = readFileSync(note)
      openJournal(directory).close()
      writeFileSync(note, before)
      append(directory, 'one')

      expect(keptIn(directory)).toHaveLength(5)
    })

    it('is read with a note that says less: it is not flushed at each append', () => {
      const { directory } = written()
      const note = join(directory, 'state.acknowledged')
      const before = readFileSync(note, 'utf8')
      writeFileSync(note, before.replace('"lines":4', '"lines":2'))

      expect(keptIn(directory)).toHaveLength(4)
    })

    it('can be read again without the line that was named and all after it, as it says', () => {
      const { directory, file, lines } = written()

      writeFileSync(file, `${lines.slice(0, 3).join('\n')}\n`)
      rmSync(join(directory, 'state.acknowledged'))

      expect(keptIn(directory)).toMatchObject([{ entity: 'one' }, { entity: 'two' }])
    })
  })
})

it('warns of a folder that it repaired', async () => {
  const directory = temporaryFolder()
  const first = await start({ directory })
  await first.local.deploy({ ...API, content: 'one' })
  await first.local.close()
  const file = join(directory, 'state.jsonl')
  appendFileSync(file, '0123456789abcdef [{"table":"se')
  const warned = once(process, 'warning')

  await start({ directory })

  expect(await warned).toMatchObject([
    { code: 'APPCONFIG_LOCAL_STATE_REPAIRED', message: expect.stringContaining('unfinished line') },
  ])
})

it(`loses nothing it acknowledged in ${KILLS} kills`, { timeout: 120_000 }, async () => {
  const directory = temporaryFolder()
  const acknowledged: string[] = []

  for (let kill = 0; kill < KILLS; kill += 1) {
    const server = await startServer(directory)
    const control = new AppConfigClient(clientOptions(server.url))
    const dead = once(server.child, 'exit')
    // Killed a little after its first answer: in the middle of a write, sooner or later.
    const writes = [1, 2, 3].map((writer) =>
      writeUntilDead(control, `kill-${kill}-${writer}`, (name) => {
        acknowledged.push(name)
        setTimeout(() => server.child.kill('SIGKILL'), kill % 20)
      }),
    )
    await dead
    await Promise.all(writes)
    control.destroy()
  }

  const server = await startServer(directory)
  const control = new AppConfigClient(clientOptions(server.url))
  const names = await allNames(control)
  control.destroy()
  server.child.kill('SIGKILL')
  // Each was killed after an answer; how many more there are is the machine's affair.
  expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS)
  expect(acknowledged.filter((name) => !names.has(name))).toEqual([])
})

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'local-appconfig-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function append(directory: string, entity: unknown): void {
  const journal = openJournal(directory)
  journal.append([
    entity === undefined ? { table: 'secrets', key: 'a' } : { table: 'secrets', key: 'a', entity },
  ])
  journal.close()
}

function keptIn(directory: string): unknown {
  const journal = openJournal(directory)
  journal.close()
  return journal.kept
}

async function startServer(directory: string): Promise<{ child: ReturnType<typeof fork>; url: string }> {
  const child = fork(fileURLToPath(new URL('killed-server.mjs', import.meta.url)), [directory])
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`The server ended with code ${code} before it listened; see what it printed above.`)
  })
  const [url] = await Promise.race([once(child, 'message'), died])
  // It will be killed later, which is no failure any more.
  died.catch(() => {})
  return { child, url: String(url) }
}

async function writeUntilDead(
  control: AppConfigClient,
  prefix: string,
  acknowledge: (name: string) => void,
): Promise<void> {
  for (let count = 0; ; count += 1) {
    const Name = `${prefix}-${count}`
    try {
      await control.send(new CreateApplicationCommand({ Name, Description: 'x'.repeat(1000) }))
      acknowledge(Name)
    } catch {
      return
    }
  }
}

async function allNames(control: AppConfigClient): Promise<Set<string | undefined>> {
  const names = new Set<string | undefined>()
  let NextToken: string | undefined
  do {
    const page = await control.send(new ListApplicationsCommand({ NextToken }))
    for (const { Name } of page.Items ?? []) names.add(Name)
    NextToken = page.NextToken
  } while (NextToken)
  return names
}
