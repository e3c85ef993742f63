/**
 * Requests without sockets: Node's own request and response, whose answer goes nowhere.
 *
 * The text of the head is not made either: what is left is the framework and what it runs.
 *
 * @module
 */
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { TENANT } from '../participants/flags.mjs'

const SOCKET = new Socket()
const HEADERS = ['Host', 'localhost', 'X-Tenant-Id', TENANT, 'Accept', '*/*']

/** The latest request and its response, as in flight: `inFlight` in ../participants/ours.mjs says why. */
export let inFlight

/** Its `end` is its own, since Express gives every response another prototype. */
function responseTo(request, answered) {
  const response = new ServerResponse(request)
  response.end = (body) => {
    response.finished = true
    response.emit('finish')
    answered(body)
    return response
  }
  return response
}

/** Has `handle` answer `GET /`, as a server would. */
export function requestOf(handle) {
  return new Promise((resolve) => {
    const request = new IncomingMessage(SOCKET)
    request.method = 'GET'
    request.url = '/'
    request.httpVersion = '1.1'
    // What the parser calls: handed over as an object, they slow the engine's collections down to many times as long.
    request._addHeaderLines(HEADERS, HEADERS.length)
    // Without a body: the end of one waits for the next tick, and until then no request is let go.
    request.complete = true
    const response = responseTo(request, resolve)
    inFlight = { request, response }
    handle(request, response)
  })
}
