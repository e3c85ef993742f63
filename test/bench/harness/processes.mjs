/**
 * Participants as child processes, and rounds that alternate between them.
 *
 * Each has a process of its own: neither what the engine learned from another participant nor another's async
 * hooks, timers and heap are in its numbers. One is measured at a time, in turns, so that what the machine does
 * meanwhile hits all of them.
 *
 * @module
 */
import { fork } from 'node:child_process'
import { openParticipant } from './participant.mjs'

const CHILD = new URL('./child.mjs', import.meta.url)

/** Starts a participant; `ask(command, input)` has it do something. */
export async function startParticipant({ module, setup, options, env = {}, execArgv = [] }) {
  const child = fork(CHILD, [JSON.stringify({ module, setup, options })], {
    execArgv: ['--expose-gc', '--no-warnings', ...execArgv],
    env: { ...process.env, NODE_ENV: 'production', ...env },
  })
  const { yes } = await answerOf(child)
  return {
    pid: child.pid,
    yes,
    async ask(command, input = {}) {
      const answer = answerOf(child)
      child.send({ command, input })
      return (await answer).result
    },
    stop: () => stopped(child),
  }
}

function answerOf(child) {
  return new Promise((resolve, reject) => {
    const onExit = (code) => reject(new Error(`a participant ended with ${code}: ${child.spawnargs.at(-1)}`))
    child.once('exit', onExit)
    child.once('message', (message) => {
      child.off('exit', onExit)
      if (message.error === undefined) resolve(message)
      else reject(new Error(message.error))
    })
  })
}

function stopped(child) {
  return new Promise((resolve) => {
    child.once('exit', resolve)
    child.disconnect()
  })
}

/** A process may be a tenth faster than another of the same code for as long as it lives. */
const PROCESSES = 3

/**
 * Measures participants in turns, each beside the baseline: right after it in one round, right before it in the next,
 * since the machine is not the same a second later. Each has several processes, one after another, that are warmed up
 * before: the baseline has many more rounds than the others. The first round of a process, in which the engine still
 * compiles, is dropped.
 *
 * @param rounds at least, of each participant.
 * @param baseline the name of one of them.
 * @param short all of them in this process: quick, and the numbers mean nothing.
 * @returns for each participant, by name, what its rounds answered, and what the baseline's beside them did.
 */
export async function alternate(participants, { rounds, baseline, input, short = false }) {
  const results = new Map(participants.map(({ name }) => [name, { yes: undefined, rounds: [], beside: [] }]))
  const processes = short ? 1 : PROCESSES
  for (let at = 0; at < processes; at++)
    await alternateOnce(participants, results, {
      rounds: Math.ceil(rounds / processes),
      baseline,
      input,
      short,
    })
  return results
}

async function alternateOnce(participants, results, { rounds, baseline, input, short }) {
  const running = new Map()
  try {
    for (const participant of participants)
      running.set(participant.name, await (short ? openParticipant : startParticipant)(participant))
    if (!short) for (const child of running.values()) await child.ask('warmUp')
    const base = running.get(baseline)
    for (const [name, { yes }] of running) results.get(name).yes = yes
    for (let round = 0; round <= rounds; round++) {
      for (const [name, child] of running) {
        const pair = child === base ? [base] : round % 2 ? [child, base] : [base, child]
        const answers = []
        for (const each of pair) answers.push(await each.ask('round', { ...input, round }))
        if (round === 0) continue
        results.get(name).rounds.push(answers[pair.indexOf(child)])
        results.get(name).beside.push(answers[pair.indexOf(base)])
      }
    }
  } finally {
    await Promise.all([...running.values()].map((child) => child.stop()))
  }
}
