/**
 * A module of types: the configuration, what it refers to, and its registration.
 *
 * @module
 */
import { GENERATED_HEADER } from './generated-header.ts'
import { inComment, printNote } from './print-text.ts'
import { printMembers, printType } from './print-type.ts'
import type { Declaration, Member } from './type-node.ts'

/** A module of types before it is text. */
export interface Module {
  /** The name of the configuration's interface. */
  readonly name: string
  readonly members: readonly Member[]
  readonly declarations: readonly Declaration[]
  /** Names of the files it is made from. */
  readonly sources: readonly string[]
  /** Whether it registers the type, for `req.config` and flags. */
  readonly register: boolean
}

/** The text of a module; the same for the same input. */
export function printModule({ name, members, declarations, sources, register }: Module): string {
  const blocks = [
    [`${GENERATED_HEADER} from ${sources.map(inComment).join(', ')}. Do not edit: make it anew.`],
    members.length === 0
      ? [`export interface ${name} {}`]
      : [`export interface ${name} {`, ...printMembers(members, '  '), '}'],
    ...declarations.map(printDeclaration),
    ...(register ? [printRegistration(name)] : []),
  ]
  return blocks.map((lines) => `${lines.join('\n')}\n`).join('\n')
}

function printDeclaration({ name, type, note = {} }: Declaration): readonly string[] {
  const head = `export type ${name} =`
  const text = printType(type, '', head.length + 1)
  return [...printNote(note, ''), `${head}${text.startsWith('\n') ? '' : ' '}${text}`]
}

function printRegistration(name: string): readonly string[] {
  return [
    'declare global {',
    '  namespace AppConfigKit {',
    '    interface Register {',
    `      config: ${name}`,
    '    }',
    '  }',
    '}',
  ]
}
