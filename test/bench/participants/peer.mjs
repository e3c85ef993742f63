/**
 * A peer by its name, in the shape participants have.
 *
 * @module
 */
import { freshContext } from './flags.mjs'

const CONTEXT = freshContext()

/** One boolean flag, the context at hand. */
export async function plain({ peer, flags = 100 }) {
  const decide = await deciderOf(peer, 'plain', flags)
  return { run: () => decide(CONTEXT) }
}

/** Three rules and a split, for a context nobody has seen. */
export async function rules({ peer, flags = 100 }) {
  const decide = await deciderOf(peer, 'rules', flags)
  return { run: () => decide(freshContext()) }
}

/** A hundred such flags, all of them decided. */
export async function all({ peer, flags = 100 }) {
  const decide = await deciderOf(peer, 'all', flags)
  return { run: () => decide(freshContext()) }
}

export async function deciderOf(peer, kind, flags = 100) {
  return (await import(`../peers/${peer}.mjs`))[kind](flags)
}
