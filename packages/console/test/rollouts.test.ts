import { expect, it } from 'vitest'
import type { RolloutCell, RolloutLook } from '../src/index.ts'
import type { State } from '../src/wire.ts'
import { createWorld, serveConsole } from './served.ts'

const PLAN: RolloutLook['plan'] = { profile: 'default', waves: [{ name: 'dev' }, { name: 'prod' }] }

const deployment = (number: number, label: string | undefined, state: string, percentage = 100) => ({
  number,
  label,
  version: '7',
  state,
  percentage,
})

function cell(name: string, wave: number, state: RolloutCell['state']): RolloutCell {
  return { plan: { name }, wave, state }
}

async function stateAt(url: string): Promise<State> {
  return (await (await fetch(`${url}/state`)).json()) as State
}

it('rollouts are shown as waves, each with its cells', async () => {
  const { client } = await createWorld()
  const cells = [
    cell('dev', 0, {
      kind: 'done',
      ours: deployment(4, 'v8', 'COMPLETE'),
      before: deployment(3, 'v7', 'COMPLETE'),
    }),
    cell('prod-01', 1, { kind: 'under-way', ours: deployment(2, 'v8', 'DEPLOYING', 50), before: undefined }),
    cell('prod-02', 1, { kind: 'to-do', before: deployment(1, undefined, 'COMPLETE') }),
    cell('prod-03', 1, { kind: 'busy', by: deployment(9, 'hotfix', 'BAKING') }),
    cell('prod-04', 1, { kind: 'unknown', reason: 'TimeoutError' }),
  ]
  const { url } = await serveConsole(client, {
    rollouts: { list: async () => [{ plan: PLAN, label: 'v8', cells }] },
  })

  expect((await stateAt(url)).rollouts).toEqual([
    {
      profile: 'default',
      label: 'v8',
      waves: [
        {
          name: 'dev',
          cells: [
            {
              name: 'dev',
              state: 'done',
              deployment: 4,
              deploymentState: 'COMPLETE',
              version: 'v8',
              before: 'v7',
            },
          ],
        },
        {
          name: 'prod',
          cells: [
            {
              name: 'prod-01',
              state: 'under-way',
              deployment: 2,
              deploymentState: 'DEPLOYING',
              version: 'v8',
              percentage: 50,
            },
            { name: 'prod-02', state: 'to-do', before: 'version 7' },
            { name: 'prod-03', state: 'busy', deployment: 9, deploymentState: 'BAKING', version: 'hotfix' },
            { name: 'prod-04', state: 'unknown', problem: 'TimeoutError' },
          ],
        },
      ],
    },
  ])
})

it('without the option there are none, and a failure is told by its name', async () => {
  const { client } = await createWorld()
  const without = await serveConsole(client)
  expect((await stateAt(without.url)).rollouts).toBeUndefined()

  const failing = await serveConsole(client, {
    rollouts: {
      list: () => Promise.reject(Object.assign(new Error('token=hunter2'), { name: 'AccessDenied' })),
    },
  })

  expect(await stateAt(failing.url)).toMatchObject({
    rollouts: [],
    rolloutsProblem: 'AppConfig could not be asked for rollouts: AccessDenied.',
  })
})

it('the option is an object with a list', async () => {
  const { client } = await createWorld()

  await expect(serveConsole(client, { rollouts: [] as never })).rejects.toThrow('rollouts must be an object')
})
