import { describe, expect, it } from 'vitest'
import { API, failure, MINUTE, open, poll, start } from './start.ts'

const POLL = 'GetLatestConfiguration'

describe('a fault', () => {
  it.each([429, 500, 503])('answers %i instead', async (status) => {
    const { local, data } = await start()
    await local.deploy({ ...API, content: 'one' })
    const token = await open(data)
    local.faults.add({ operation: POLL, status })

    const error = await failure(poll(data, token))

    expect(error).toMatchObject({ $metadata: { httpStatusCode: status } })
  })

  it.each(['Expired', 'Corrupted', 'PollIntervalNotSatisfied'] as const)('says %s', async (problem) => {
    const { local, data } = await start()
    await local.deploy({ ...API, content: 'one' })
    const token = await open(data)
    local.faults.add({ operation: POLL, problem })

    const error = await failure(poll(data, token))

    expect(error).toMatchObject({
      name: 'BadRequestException',
      Details: { InvalidParameters: { ConfigurationToken: { Problem: problem } } },
    })
  })

  it.each(['not json {', 'x'.repeat(5_000_000)])(
    'serves something else, and the content afterwards',
    async (body) => {
      const { local, data, clock } = await start()
      await local.deploy({ ...API, content: 'one' })
      const token = await open(data)
      local.faults.add({ operation: POLL, body, times: 1 })

      const spoilt = await poll(data, token)
      clock.advance(MINUTE)
      const healed = await poll(data, spoilt.token)

      expect(spoilt.text).toBe(body)
      expect(healed.text).toBe('one')
    },
  )

  it('ends the connection in the middle of the answer', async () => {
    const { local, data } = await start()
    await local.deploy({ ...API, content: 'one' })
    const token = await open(data)
    local.faults.add({ operation: POLL, truncate: true })

    const error = await failure(poll(data, token))

    expect(error).toMatchObject({ message: expect.stringMatching(/aborted|terminated|closed|reset/i) })
  })

  it('drops the connection, and the token still serves', async () => {
    const { local, data } = await start()
    await local.deploy({ ...API, content: 'one' })
    const token = await open(data)
    local.faults.add({ operation: POLL, drop: true, times: 1 })

    const error = await failure(poll(data, token))

    expect(error).toMatchObject({ code: 'ECONNRESET' })
    expect((await poll(data, token)).text).toBe('one')
  })

  it('answers late', async () => {
    const { local, data } = await start()
    await local.deploy({ ...API, content: 'one' })
    local.faults.add({ latencyMs: 30 })

    const before = performance.now()
    await open(data)

    expect(performance.now() - before).toBeGreaterThan(28)
  })

  it('never answers, until the server is closed', async () => {
    const { local, data } = await start()
    await local.deploy({ ...API, content: 'one' })
    const token = await open(data)
    local.faults.add({ operation: POLL, hang: true })
    const arrived = local.calls.next(POLL)

    const outcome = failure(poll(data, token))
    const call = await arrived
    await local.close()

    expect(call.status).toBeUndefined()
    expect(await outcome).toMatchObject({ code: 'ECONNRESET' })
  })

  it('hits only its operation, its target, so often and so long', async () => {
    const { local, data, clock } = await start()
    await local.deploy({ ...API, content: 'one' })
    const token = await open(data)
    local.faults.add({ operation: 'StartConfigurationSession', status: 500 })
    local.faults.add({ operation: POLL, target: { profile: 'other' }, status: 500 })
    local.faults.add({ operation: POLL, target: API, status: 503, times: 2 })
    const remove = local.faults.add({ operation: POLL, status: 429, forMs: 1000 })

    const statuses = [await statusOf(poll(data, token)), await statusOf(poll(data, token))]
    statuses.push(await statusOf(poll(data, token)))
    clock.advance(1000)
    statuses.push(await statusOf(poll(data, token)))
    remove()

    expect(statuses).toEqual([503, 503, 429, 200])
  })

  it('without an effect is refused', async () => {
    const { local } = await start()

    expect(() => local.faults.add({ operation: POLL })).toThrow(/no effect/)
    expect(() => local.faults.add({ status: 200 })).toThrow(/400 to 599/)
  })

  it('is gone when removed or cleared', async () => {
    const { local, data } = await start()
    await local.deploy({ ...API, content: 'one' })

    local.faults.add({ status: 503 })()
    local.faults.add({ status: 503 })
    local.faults.clear()

    expect((await poll(data, await open(data))).text).toBe('one')
  })
})

async function statusOf(
  polled: Promise<{ output: { $metadata: { httpStatusCode?: number } } }>,
): Promise<unknown> {
  try {
    return (await polled).output.$metadata.httpStatusCode
  } catch (error) {
    return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  }
}
