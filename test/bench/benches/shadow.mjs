/**
 * The answers of the old side while the new one runs beside it, slow or throwing: `flagged.shadow` against `flagged`,
 * in turns, on one server.
 *
 * @module
 */
import { Agent, get } from 'node:http'
import { setTimeout as passed } from 'node:timers/promises'
import { startParticipant } from '../harness/processes.mjs'
import { quantile, ratios } from '../harness/stats.mjs'
import { KINDS } from '../participants/shadow.mjs'

const MAX_IN_FLIGHT = 10
const ANSWER = '{"items":[1,2,3]}'

export async function run({ short }) {
  const rows = []
  for (const sample of short ? [1] : [0.05, 1])
    for (const kind of KINDS) rows.push(await shadowed(kind, sample, short))
  return {
    title: 'flagged.shadow beside flagged, 10,000 requests each, in turns',
    rows,
    columns: [
      ['', ({ name }) => name],
      [
        'answers as of old',
        ({ right, asked }) => `${right.toLocaleString('en')} of ${asked.toLocaleString('en')}`,
      ],
      ['median, ms', ({ medianMs }) => medianMs.toFixed(3)],
      ['of flagged', ({ medianRatio }) => `${medianRatio.median.toFixed(2)} (${middle(medianRatio)})`],
      ['p99, ms', ({ p99Ms }) => p99Ms.toFixed(2)],
      ['of flagged', ({ p99Ratio }) => `${p99Ratio.median.toFixed(2)} (${middle(p99Ratio)})`],
      ['most at once', ({ most }) => `${most} of ${MAX_IN_FLIGHT}`],
      ['told', ({ outcomes }) => outcomes],
    ],
  }
}

function middle({ p25, p75 }) {
  return `${p25.toFixed(2)}–${p75.toFixed(2)}`
}

async function shadowed(kind, sample, short) {
  const [rounds, requests] = short ? [2, 20] : [20, 500]
  const options = { kind, sample, maxInFlight: MAX_IN_FLIGHT }
  const server = await startParticipant({ module: 'shadow', setup: 'serving', options })
  const port = await server.ask('port')
  const agent = new Agent({ keepAlive: true })
  const times = { flagged: [], shadow: [] }
  let right = 0
  try {
    for (const path of ['flagged', 'shadow']) await askTimes(port, path, requests, agent)
    for (let round = 0; round < rounds; round++)
      for (const path of round % 2 === 0 ? ['flagged', 'shadow'] : ['shadow', 'flagged']) {
        const asked = await askTimes(port, path, requests, agent)
        times[path].push(asked.map(({ tookMs }) => tookMs).sort((a, b) => a - b))
        if (path === 'shadow') right += asked.filter(({ text }) => text === ANSWER).length
        // What runs beside the answers ends, so that the next round is not measured with it.
        await passed(short ? 10 : 600)
      }
    const of = (path, share) => times[path].map((sorted) => quantile(sorted, share))
    return {
      group: `${sample * 100} % of requests`,
      name: `new side ${kind}`,
      asked: rounds * requests,
      right,
      medianMs: quantile(
        of('shadow', 0.5).sort((a, b) => a - b),
        0.5,
      ),
      medianRatio: ratios(of('shadow', 0.5), of('flagged', 0.5)),
      p99Ms: quantile(
        of('shadow', 0.99).sort((a, b) => a - b),
        0.5,
      ),
      p99Ratio: ratios(of('shadow', 0.99), of('flagged', 0.99)),
      most: await server.ask('most'),
      outcomes: Object.entries(await server.ask('outcomes'))
        .map(([outcome, count]) => `${count} ${outcome}`)
        .join(', '),
    }
  } finally {
    agent.destroy()
    await server.stop()
  }
}

/** One after the other. */
async function askTimes(port, path, requests, agent) {
  const answers = []
  for (let at = 0; at < requests; at++) answers.push(await ask(port, path, agent))
  return answers
}

function ask(port, path, agent) {
  return new Promise((resolve, reject) => {
    const askedAt = performance.now()
    get({ port, path: `/${path}`, agent }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ text, tookMs: performance.now() - askedAt }))
    }).on('error', reject)
  })
}
