/**
 * The table of frameworks, and which of them a project is built on.
 *
 * @module
 */
import { CliError } from '../../failure.ts'
import type { Framework } from '../framework.ts'
import type { Project } from '../project.ts'
import { express } from './express.ts'
import { fastify } from './fastify.ts'
import { hono } from './hono.ts'
import { koa } from './koa.ts'
import { nestjs } from './nestjs.ts'

/** A new framework is a file here and a row; its key is the value of `--framework`. */
export const FRAMEWORKS: Readonly<Record<string, Framework>> = { express, fastify, hono, koa, nestjs }

/**
 * The framework of a project.
 *
 * @throws {CliError} `usage` where package.json names none of them, or more than one.
 */
export function frameworkOf(project: Project): Framework {
  const found = Object.values(FRAMEWORKS).filter(({ dependency }) => project.has(dependency))
  // Nest stands on Express or Fastify, which its projects often name, too.
  const [first, ...others] = found.includes(nestjs) ? [nestjs] : found
  if (first !== undefined && others.length === 0) return first
  const names = Object.keys(FRAMEWORKS).join(', ')
  throw new CliError(
    'usage',
    first === undefined
      ? `package.json names no framework that init knows (${names}). Install one, or give --framework.`
      : `package.json names ${found.map(({ dependency }) => dependency).join(' and ')}. Give --framework: ${names}.`,
  )
}
