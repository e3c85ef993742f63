/**
 * The time of the server's clock, which ages are counted from.
 *
 * @module
 */
import { useEffect, useState } from 'preact/hooks'
import type { State } from '../wire.ts'

const TICK_MS = 5000

/** @param askedAtMs when the state was asked for, on the clock of `performance.now()`. */
export function useServerTime({ nowMs: serverMs }: Pick<State, 'nowMs'>, askedAtMs: number): number {
  const [nowMs, setNowMs] = useState(performance.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return serverMs + Math.max(0, nowMs - askedAtMs)
}
