import { manualClock } from '@appconfig-kit/core/testing'
import { expect, it } from 'vitest'
import { getLatestConfiguration, startConfigurationSession } from '../src/data-plane/sessions.ts'
import { deploy } from '../src/deployments/deploy.ts'
import { settle } from '../src/deployments/progress.ts'
import { parseSettings } from '../src/settings.ts'
import { createState } from '../src/store/state.ts'
import { API, MINUTE, open, poll, start } from './start.ts'

const LINEAR = 'AppConfig.Linear20PercentEvery6Minutes'
const SESSIONS = 10_000

/** Below the socket, for speed alone: the test after it goes the whole way. */
it('reaches 20, 40, 60, 80, 100 % of 10,000 sessions, and never leaves one it reached', async () => {
  const clock = manualClock()
  const state = createState(clock, parseSettings({}))
  await deploy(state, { ...API, content: 'old' })
  const sessions = Array.from({ length: SESSIONS }, () => {
    const members = {
      ApplicationIdentifier: API.application,
      EnvironmentIdentifier: API.environment,
      ConfigurationProfileIdentifier: API.profile,
    }
    return { token: startConfigurationSession(state, members).InitialConfigurationToken, has: '' }
  })
  const pollAll = (): number => {
    settle(state)
    for (const session of sessions) {
      const { nextToken, content } = getLatestConfiguration(state, { ConfigurationToken: session.token })
      const text = content && Buffer.from(content.body).toString()
      if (text === 'old') expect(session.has).toBe('')
      session.has = text ?? session.has
      session.token = nextToken
    }
    return (100 * sessions.filter(({ has }) => has === 'new').length) / SESSIONS
  }

  const shares = [pollAll()]
  await deploy(state, { ...API, content: 'new', strategy: LINEAR })
  for (let step = 0; step < 5; step += 1) {
    clock.advance(6 * MINUTE)
    shares.push(pollAll())
  }

  for (const [step, share] of shares.entries()) expect(Math.abs(share - 20 * step)).toBeLessThan(1.5)
  expect(shares.at(-1)).toBe(100)
})

it('goes back only by rollback, seen by the SDK', async () => {
  const { local, data, clock } = await start()
  await local.deploy({ ...API, content: 'old', monitors: ['arn:alarm'] })
  const chains = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const { token, text } = await poll(data, await open(data, 15))
      return { token, has: [text] }
    }),
  )
  const pollAll = async (): Promise<void> => {
    clock.advance(6 * MINUTE)
    for (const chain of chains) {
      const { token, text } = await poll(data, chain.token)
      chain.token = token
      if (text !== '') chain.has.push(text)
    }
  }

  await local.deploy({ ...API, content: 'new', strategy: LINEAR })
  for (let step = 0; step < 3; step += 1) await pollAll()
  local.setAlarm('arn:alarm', 'ALARM')
  await pollAll()
  await pollAll()

  const histories = chains.map(({ has }) => has.join(' '))
  expect([...new Set(histories)].sort()).toEqual(['old', 'old new old'])
})
