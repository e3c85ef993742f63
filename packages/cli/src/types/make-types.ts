/**
 * From files to the module of their types: one file, or layers of which a later one wins.
 *
 * The content of a file decides how it is read: as a flags document, as a JSON Schema, or as a document that
 * is served as it is.
 *
 * @module
 */
import { basename } from 'node:path'
import { isPlainObject, type JsonObject } from '../documents/json.ts'
import { isAuthored, requireDocument } from '../documents/read-document.ts'
import { CliError } from '../failure.ts'
import { mergeMembers } from './merge-members.ts'
import { printModule } from './print-module.ts'
import type { Declaration, Member } from './type-node.ts'
import { typesOfFlags } from './types-of-flags.ts'
import { typesOfValues } from './types-of-values.ts'

/** What the module of types declares. */
export interface MakeTypesOptions {
  /** The name of the configuration's interface. */
  readonly name: string
  readonly register: boolean
}

interface FileTypes {
  readonly members: readonly Member[]
  readonly declarations?: readonly Declaration[]
}

/**
 * @returns the text of the module.
 * @throws {CliError} `usage`.
 */
export async function makeTypes(files: readonly string[], options: MakeTypesOptions): Promise<string> {
  const claim = claimNames(options.name)
  let members: readonly Member[] = []
  const declarations: Declaration[] = []
  for (const [at, file] of files.entries()) {
    const types = await typesOfFile(file, claim)
    // A null in the lowest layer is a value; in a higher layer it removes a key.
    members = at === 0 ? types.members : mergeMembers(members, types.members)
    declarations.push(...(types.declarations ?? []))
  }
  const sources = files.map((file) => basename(file))
  return printModule({ ...options, members, declarations, sources })
}

async function typesOfFile(file: string, claim: (wish: string) => string): Promise<FileTypes> {
  const document = await requireDocument(file)
  if (!isPlainObject(document))
    throw new CliError('usage', `No types can be made of ${file}: a configuration is an object.`)
  if (!isAuthored(document) && isSchema(document)) return schemaTypes(document, file, claim)
  return { members: isAuthored(document) ? typesOfFlags(document) : typesOfValues(document) }
}

/** A configuration may name its own schema, so `$schema` alone is not enough. */
function isSchema({ $schema, type, properties }: JsonObject): boolean {
  if (typeof $schema === 'string' && /^https?:\/\/json-schema\.org\//.test($schema)) return true
  return type === 'object' && isPlainObject(properties)
}

async function schemaTypes(
  schema: JsonObject,
  file: string,
  claim: (wish: string) => string,
): Promise<FileTypes> {
  const { typesOfSchema } = await import('./types-of-schema.ts')
  const { compileSchema } = await import('../documents/schema-problems.ts')
  const types = typesOfSchema(schema, file, claim)
  // Last, because it has less to say of references that lead out of the file.
  compileSchema(schema, file)
  return types
}

/** Names of declarations: the wish as a type's name, and a number where it is taken. */
function claimNames(taken: string): (wish: string) => string {
  const names = new Set([taken])
  return (wish) => {
    const words = wish.match(/[A-Za-z\d]+/g) ?? []
    const plain = words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('')
    const base = /^[A-Z]/.test(plain) ? plain : `Type${plain}`
    let name = base
    for (let count = 2; names.has(name); count++) name = `${base}${count}`
    names.add(name)
    return name
  }
}
