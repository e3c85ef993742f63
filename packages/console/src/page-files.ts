/**
 * The files of the page, as they were built.
 *
 * @module
 */
import { readFileSync } from 'node:fs'

/** A file and its type. */
export interface PageFile {
  readonly type: string
  readonly body: Buffer
}

/** From `src` and from `dist` alike. */
const read = (name: string): Buffer => readFileSync(new URL(`../dist/page/${name}`, import.meta.url))

/** The files by their paths. Read when a console is made, so that one that lacks its files says so at once. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', body: read('index.html') }],
    ['/console.js', { type: 'text/javascript; charset=utf-8', body: read('console.js') }],
    ['/console.css', { type: 'text/css; charset=utf-8', body: read('console.css') }],
  ])
}
