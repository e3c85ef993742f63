/** Large YAML documents are read in a thread, so that requests are answered meanwhile. */
import { createAppConfig, memory } from '@appconfig-kit/core'
import { manualClock } from '@appconfig-kit/core/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function serving() {
  const clock = manualClock()
  const source = memory({ default: { version: 0 } })
  const client = createAppConfig({
    application: 'api',
    environment: 'prod',
    layers: ['default'],
    source,
    clock,
    logger: false,
  })
  closing.push(() => client.close())
  await client.start()
  const publish = (text: string) => source.publish('default', text, { contentType: 'application/yaml' })
  return { client, clock, publish }
}

/** How often the event loop turned until something had happened. */
async function turnsUntil(happened: Promise<unknown>): Promise<number> {
  let isDone = false
  void happened.then(() => {
    isDone = true
  })
  let turns = 0
  while (!isDone) {
    await new Promise(setImmediate)
    turns++
  }
  return turns
}

const settings = (count: number) =>
  Array.from({ length: count }, (_, at) => `key${at}: { enabled: true, note: "${'n'.repeat(20)}" }`).join(
    '\n',
  )

describe('a large YAML document', () => {
  it('is read while the event loop turns', async () => {
    const { client, publish } = await serving()
    const changed = () => new Promise((resolve) => client.on('change', resolve))
    // Loads the parser here, too, which takes some turns.
    const loaded = changed()
    publish('version: 1')
    await loaded
    const large = changed()
    publish(settings(10_000))
    // Read on the loop, it would stand still from the answer of the source to the change.
    expect(await turnsUntil(large)).toBeGreaterThan(50)
    // It is composed in turns, too.
    await vi.waitFor(() => expect(client.peek()).toMatchObject({ key9999: { enabled: true } }))
  })

  it('is refused where it is no YAML, with the line', async () => {
    const { client, publish } = await serving()
    const rejected = new Promise((resolve) => client.on('rejected', ({ error }) => resolve(error.message)))
    publish(`${settings(5000)}\nkey: [`)
    expect(await rejected).toMatch(/is not YAML that can be used.*line 5001/)
    expect(client.peek()).toEqual({ version: 0 })
  })

  it('is refused where its anchors come to too much', async () => {
    const { client, publish } = await serving()
    const rejected = new Promise((resolve) => client.on('rejected', ({ error }) => resolve(error.message)))
    const bomb = ['a: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let at = 1; at < 9; at++)
      bomb.push(
        `a${at}: &a${at} [${Array(10)
          .fill(`*a${at - 1}`)
          .join(', ')}]`,
      )
    publish(`${bomb.join('\n')}\n${settings(1000)}`)
    expect(await rejected).toMatch(/has more than 1000000 values/)
  })

  it('is refused where reading it takes too long', async () => {
    const { client, clock, publish } = await serving()
    const rejected = new Promise((resolve) => client.on('rejected', ({ error }) => resolve(error.message)))
    publish(`list: [${'[],'.repeat(1_000_000)}[]]`)
    // The text is hashed and decoded in turns before the thread begins.
    const advancing = setInterval(() => clock.advance(20_000), 10)
    expect(await rejected.finally(() => clearInterval(advancing))).toMatch(
      /takes more than 20 s to read as YAML: JSON is read a hundred times/,
    )
    expect(client.peek()).toEqual({ version: 0 })
  })
})
