/**
 * The documents of a folder of configuration, and those that have changed.
 *
 * A file is checked when it changes. If a client would refuse it, the problem is reported once, and the file
 * is not deployed.
 *
 * @module
 */
import { type DeployInput, readSeed } from '@appconfig-kit/local'
import { problemOf } from '../content-file.ts'
import { failureOf } from '../failure.ts'
import { problemLine } from '../printing/problem-line.ts'

/** A file, ready to be deployed. */
export interface Document extends DeployInput {
  readonly content: Uint8Array
  readonly contentType: string
}

/** The result of reading the folder. */
export interface Look {
  /** New and changed documents without problems. */
  readonly changed: readonly Document[]
  readonly removed: readonly string[]
  /** Sentences. */
  readonly problems: readonly string[]
}

/**
 * After `loadParser` for YAML.
 *
 * @returns a function that reads the folder; at its first call every document counts as changed.
 */
export function documentsIn(folder: string): () => Look {
  const seen = new Map<string, Uint8Array>()
  let lastFailure: string | undefined

  return function look() {
    let documents: readonly Document[]
    try {
      documents = readSeed(folder) as Document[]
      lastFailure = undefined
    } catch (error) {
      // Reported once: every read finds it while it lasts.
      const { message } = failureOf(error)
      const problems = message === lastFailure ? [] : [`${message} Until then nothing new is deployed.`]
      lastFailure = message
      return { changed: [], removed: [], problems }
    }
    const changed: Document[] = []
    const problems: string[] = []
    const names = new Set<string>()
    for (const document of documents) {
      const name = nameOf(document)
      names.add(name)
      if (isSame(seen.get(name), document.content)) continue
      seen.set(name, document.content)
      const problem = problemOf(document.content, document.contentType)
      if (problem === undefined) changed.push(document)
      else problems.push(`${problemLine(name, problem)}. Not deployed.`)
    }
    const removed = [...seen.keys()].filter((name) => !names.has(name))
    for (const name of removed) seen.delete(name)
    return { changed, removed, problems }
  }
}

/** `application/environment/profile`. */
export function nameOf({ application, environment, profile }: DeployInput): string {
  return `${application}/${environment}/${profile}`
}

function isSame(before: Uint8Array | undefined, now: Uint8Array): boolean {
  return before !== undefined && Buffer.compare(before, now) === 0
}
