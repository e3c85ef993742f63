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
    request.headers = { host: 'localhost', 'x-tenant-id': TENANT, accept: '*/*' }
    request.push(null)
    handle(request, responseTo(request, resolve))
  })
}
