/**
 * A participant in a process of its own. Which one is in the first argument, as JSON.
 *
 * @module
 */
import { openParticipant } from './participant.mjs'

const { yes, ask } = await openParticipant(JSON.parse(process.argv[2]))
process.send({ ready: true, yes })
process.on('message', async ({ command, input }) => {
  try {
    process.send({ result: await ask(command, input) })
  } catch (error) {
    process.send({ error: error.stack })
  }
})
process.on('disconnect', () => process.exit())
