/**
 * Where the API's events go: to a collector, or, while that is in trouble, to a file.
 *
 * @module
 */
import { appendFile } from 'node:fs/promises'

export interface EventSinks {
  readonly collectorUrl: string
  readonly file: string
}

/** Sends an event where the request's configuration says. */
export async function sendEvent(
  sink: 'remote' | 'disk',
  event: object,
  { collectorUrl, file }: EventSinks,
): Promise<void> {
  const body = JSON.stringify(event)
  if (sink === 'disk') return appendFile(file, `${body}\n`)
  const response = await fetch(collectorUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  if (!response.ok) throw new Error(`the event collector answered ${response.status}`)
}
