import { describe, expect, it } from 'vitest'
import { sharingSteps } from '../src/shared-steps.ts'
import { finish, type Steps } from '../src/turns.ts'

/** Work of some steps, which counts those that were done. */
function countedWork(count: number, result: () => string) {
  const done = { steps: 0, begun: 0 }
  function* work(): Steps<string> {
    done.begun++
    for (let at = 0; at < count; at++) {
      done.steps++
      yield
    }
    return result()
  }
  return { done, work }
}

describe('shared work', () => {
  it('is done once, whoever does its steps, and all get the result', () => {
    const share = sharingSteps<string>()
    const { done, work } = countedWork(6, () => 'made')
    const [one, other] = [share('a', work), share('a', work)]
    const results: unknown[] = []
    for (let at = 0; results.length < 2; at++) {
      const step = (at % 2 === 0 ? one : other).next()
      if (step.done && step.value !== undefined) results.push(step.value)
    }
    expect(results).toEqual(['made', 'made'])
    expect(done).toEqual({ steps: 6, begun: 1 })
  })

  it('goes on where another left it, and the other finds it done', () => {
    const share = sharingSteps<string>()
    const { done, work } = countedWork(6, () => 'made')
    const paused = share('a', work)
    paused.next()
    expect(finish(share('a', work))).toBe('made')
    expect(finish(paused)).toBe('made')
    expect(done).toEqual({ steps: 6, begun: 1 })
  })

  it('costs who joins nothing in its first step', () => {
    const share = sharingSteps<string>()
    const { done, work } = countedWork(6, () => 'made')
    share('a', work).next()
    for (let at = 0; at < 100; at++) share('a', work).next()
    expect(done.steps).toBe(1)
  })

  it('begins anew for another key, and once it is done', () => {
    const share = sharingSteps<string>()
    const { done, work } = countedWork(2, () => 'made')
    finish(share('a', work))
    finish(share('b', work))
    finish(share('a', work))
    expect(done.begun).toBe(3)
  })

  it('is given up with the last who waits for it, and begun anew after that', () => {
    const share = sharingSteps<string>()
    const { done, work } = countedWork(6, () => 'made')
    const [one, other] = [share('a', work), share('a', work)]
    one.next()
    other.next()
    one.return('')
    share('a', work).next()
    expect(done.begun).toBe(1)
    expect(finish(other)).toBe('made')

    const alone = share('a', work)
    alone.next()
    alone.return('')
    expect(finish(share('a', work))).toBe('made')
    expect(done.begun).toBe(3)
  })

  it('throws to all, and is not kept', () => {
    const share = sharingSteps<string>()
    const failing = countedWork(2, () => {
      throw new Error('failed')
    })
    const [one, other] = [share('a', failing.work), share('a', failing.work)]
    one.next()
    other.next()
    expect(() => finish(other)).toThrow('failed')
    expect(() => finish(one)).toThrow('failed')
    expect(finish(share('a', countedWork(2, () => 'made').work))).toBe('made')
  })

  it('does not wait for itself where a step asks for it', () => {
    const share = sharingSteps<string>()
    const inner = countedWork(2, () => 'inner')
    function* outer(): Steps<string> {
      yield
      return finish(share('a', inner.work))
    }
    expect(finish(share('a', outer))).toBe('inner')
  })
})
