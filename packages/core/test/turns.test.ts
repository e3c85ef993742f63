import { expect, test } from 'vitest'
import { advance, finish, finishInLaterTurns, finishInTurns, Pace, type Steps } from '../src/turns.ts'

/** Work of so many steps, which notes each. */
function* counting(steps: number, done: string[] = []): Steps<string> {
  for (let at = 0; at < steps; at++) {
    done.push(`step ${at}`)
    yield
  }
  return `${steps} steps`
}

/** A clock on which each look takes a millisecond. */
function slowClock(): () => number {
  let ms = 0
  return () => ms++
}

test('work that must be known now is finished at once', () => {
  expect(finish(counting(1000))).toBe('1000 steps')
})

test('a turn ends when its time is over, and the work goes on from there', () => {
  const done: string[] = []
  const work = counting(3, done)
  expect(advance(work, 0, () => 1)).toBeUndefined()
  expect(done).toEqual(['step 0'])
  expect(advance(work, 10, () => 1)).toEqual({ result: '3 steps' })
  expect(done).toEqual(['step 0', 'step 1', 'step 2'])
})

test('a turn makes one step even if its time is over', () => {
  const done: string[] = []
  const work = counting(2, done)
  while (!advance(work, Number.NEGATIVE_INFINITY)) done.push('turn')
  expect(done).toEqual(['step 0', 'turn', 'step 1', 'turn'])
})

test('work in turns pauses between them, and not after the last', async () => {
  const done: string[] = []
  const pause = async (): Promise<void> => void done.push('pause')
  expect(await finishInTurns(counting(6, done), { nowMs: slowClock(), pause })).toBe('6 steps')
  expect(done.filter((entry) => entry === 'pause')).toHaveLength(1)
  expect(done.at(-1)).toBe('step 5')
})

test('what a step throws rejects the work', async () => {
  // biome-ignore lint/correctness/useYield: it throws before
  function* failing(): Steps<never> {
    throw new Error('no')
  }
  await expect(finishInTurns(failing())).rejects.toThrow('no')
  expect(() => finish(failing())).toThrow('no')
})

test('works in turns take them one by one: one a round of the event loop', async () => {
  const done: string[] = []
  let round = 0
  const count = (): void => {
    round++
    if (done.length < 30) setImmediate(count)
  }
  setImmediate(count)
  // Each step ends its turn.
  const nowMs = (() => {
    let ms = 0
    return () => (ms += 1000)
  })()
  function* noting(name: string): Steps<void> {
    for (let at = 0; at < 10; at++) {
      done.push(`${name} in round ${round}`)
      yield
    }
  }
  await Promise.all(['a', 'b', 'c'].map((name) => finishInLaterTurns(noting(name), { nowMs })))
  expect(done).toHaveLength(30)
  expect(new Set(done.map((entry) => entry.split(' in ')[1])).size).toBe(30)
})

test('work that is given up makes no further step', async () => {
  const done: string[] = []
  const abort = new AbortController()
  const pause = async (): Promise<void> => abort.abort(new Error('given up'))
  const work = finishInTurns(counting(100, done), { nowMs: slowClock(), pause, signal: abort.signal })
  await expect(work).rejects.toThrow('given up')
  const before = done.length
  expect(before).toBeLessThan(10)
  await Promise.resolve()
  expect(done).toHaveLength(before)
})

test('a pace is due after so many pieces, however they are counted, and then counts anew', () => {
  const stepsOf = (count: number, pieces: number): number => {
    const pace = new Pace()
    let steps = 0
    for (let at = 0; at < count; at++) if (pace.isDue(pieces)) steps++
    return steps
  }
  expect(stepsOf(1000, 1)).toBe(0)
  expect(stepsOf(100_000, 1)).toBe(40)
  expect(stepsOf(10_000, 10)).toBe(40)
  expect(stepsOf(3, 1_000_000)).toBe(3)
})
