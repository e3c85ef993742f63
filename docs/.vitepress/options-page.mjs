/**
 * The tables of options: one for each exported type whose name ends in Options or Input, a row for each option.
 * Meaning, units and default are those of its docstring.
 *
 * @module
 */
import { ReflectionKind } from 'typedoc'

const HEAD = `# Options

Made from the docstrings by \`node docs/.vitepress/reference.mjs\`: change those, not this page. Names end in the unit: \`Ms\`
milliseconds, \`Seconds\`, \`Bytes\`. An option with **required** has no default. A wrong or unknown option is
[an error](errors.md#options_invalid) that names it.
`

/** The page, for a project of TypeDoc. */
export function optionsPage(project) {
  const sections = project.children.flatMap((module) => {
    const tables = typesOf(module).map(tableOf)
    return tables.length === 0 ? [] : [`## ${module.name}\n`, ...tables]
  })
  return `${[HEAD, ...sections].join('\n')}`
}

/** Options that have no description, or no row. */
export function undescribed(project) {
  return project.children.flatMap((module) =>
    typesOf(module).flatMap(({ name, options, hidden }) => [
      ...options.filter((option) => meaningOf(option) === '').map((option) => `${name}.${option.name}`),
      ...hidden.map((other) => `${name}: its part ${other} is not exported, so its options have no rows`),
    ]),
  )
}

function typesOf({ children = [] }) {
  return children
    .filter(({ name, kind }) => /(?:Options|Input)$/.test(name) && !isFunction(kind))
    .sort((one, other) => one.name.localeCompare(other.name))
    .map((type) => ({ name: type.name, comment: type.comment, ...membersOf(type) }))
}

function isFunction(kind) {
  return kind === ReflectionKind.Function
}

/** An interface's members, or those of the parts of a type; parts that have a name of their own are mentioned. */
function membersOf({ children, type }) {
  if (children !== undefined) return { options: children, others: [], hidden: [], isChoice: false }
  const parts = type === undefined ? [] : partsOf(type)
  const all = parts.flatMap((part) => (part.type === 'reflection' ? (part.declaration.children ?? []) : []))
  // What one alternative has, another forbids: `store?: undefined`.
  const allowed = all.filter((option) => !['undefined', 'never'].includes(String(option.type)))
  return {
    options: allowed.filter(({ name }, at) => allowed.findIndex((other) => other.name === name) === at),
    others: parts.flatMap((part) => (part.type === 'reference' ? [String(part)] : [])),
    hidden: parts
      .filter((part) => part.type === 'reference' && !part.reflection && part.package !== 'typescript')
      .map(String),
    // Then none is required of everybody.
    isChoice: true,
  }
}

function partsOf(type) {
  return type.type === 'union' || type.type === 'intersection' ? type.types.flatMap(partsOf) : [type]
}

function tableOf({ name, comment, options, others, isChoice }) {
  const also = others.length === 0 ? [] : [`As ${others.map((other) => `\`${other}\``).join(' and ')}.\n`]
  const rows = options.map(
    (option) =>
      `| \`${option.name}\` | ${cell(`\`${typeOf(option)}\``)} | ${cell(defaultOf(option, isChoice))} | ${cell(meaningOf(option))} |`,
  )
  const table =
    rows.length === 0 ? [] : ['| option | type | default | meaning |\n| --- | --- | --- | --- |', ...rows, '']
  return [`### ${name}\n`, `${textOf(comment?.summary)}\n`, ...also, ...table].join('\n')
}

function typeOf({ type, signatures: [signature] = [] }) {
  if (type !== undefined) return String(type).replaceAll(/\s+/g, ' ')
  const parameters = signature.parameters?.map(({ name, type: of }) => `${name}: ${of}`) ?? []
  return `(${parameters.join(', ')}) => ${signature.type}`
}

function commentOf({ comment, signatures: [signature] = [] }) {
  return comment ?? signature?.comment
}

function defaultOf(option, isChoice) {
  const tag = commentOf(option)?.blockTags.find(({ tag: name }) => name === '@default')
  if (tag !== undefined) {
    // TypeDoc takes every default for code; ours are code or words.
    const text = textOf(tag.content).replaceAll(/^```ts\n|\n```$/g, '')
    return /`|^[a-z]+ |^none$/.test(text) ? text : `\`${text}\``
  }
  return option.flags.isOptional || isChoice ? '' : '**required**'
}

function meaningOf(option) {
  return textOf(commentOf(option)?.summary)
}

function textOf(parts = []) {
  return parts
    .map(({ kind, text }) => (kind === 'inline-tag' ? `\`${text}\`` : text))
    .join('')
    .replaceAll(/\bdocs\/(([\w-]+)\.md)/g, '[$2]($1)')
    .trim()
}

/** A cell is one line, and a bar would end it. */
function cell(text) {
  return text.replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')
}
