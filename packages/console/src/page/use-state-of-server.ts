/**
 * The state of the server, asked for again whenever its stream says that something has changed.
 *
 * @module
 */
import { useEffect, useState } from 'preact/hooks'
import type { State } from '../wire.ts'
import { askState, sentenceOf } from './ask.ts'

/** `live`: a change is seen at once. */
export type Connection = 'connecting' | 'live' | 'lost'

/** What the page knows of the server. */
export interface ServerState {
  readonly state: State | undefined
  /** When the state was asked for, on the clock of `performance.now()`. */
  readonly askedAtMs: number
  readonly connection: Connection
  readonly problem: string | undefined
  /** Counts changes of documents, after which an explanation is old. */
  readonly documentsChanged: number
}

const NOTHING: ServerState = {
  state: undefined,
  askedAtMs: 0,
  connection: 'connecting',
  problem: undefined,
  documentsChanged: 0,
}

export function useStateOfServer(): ServerState {
  const [server, setServer] = useState(NOTHING)

  useEffect(() => {
    const set = (part: Partial<ServerState>) => setServer((before) => ({ ...before, ...part }))
    const look = once(async () => {
      try {
        set({ state: await askState(), askedAtMs: performance.now(), problem: undefined })
      } catch (error) {
        set({ problem: sentenceOf(error) })
      }
    })
    const events = new EventSource('./events')
    events.addEventListener('open', () => {
      set({ connection: 'live' })
      // What changed while there was no stream.
      look()
    })
    events.addEventListener('error', () => set({ connection: 'lost' }))
    events.addEventListener('deployments', look)
    events.addEventListener('rollouts', look)
    events.addEventListener('decisions', look)
    events.addEventListener('documents', () => {
      setServer((before) => ({ ...before, documentsChanged: before.documentsChanged + 1 }))
      look()
    })
    look()
    return () => events.close()
  }, [])

  return server
}

/** One at a time; asked meanwhile, once more after it. */
function once(work: () => Promise<void>): () => void {
  let isBusy = false
  let again = false
  return async function doOnce() {
    again = true
    if (isBusy) return
    isBusy = true
    while (again) {
      again = false
      await work()
    }
    isBusy = false
  }
}
