import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LayerFunction } from '../../src/index.ts'
import { memory } from '../../src/index.ts'
import { completeOptions, type Variables } from '../../src/options/environment-variables.ts'

const cwd = process.cwd()
let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'appconfig-')))
  process.chdir(folder)
})
afterEach(() => {
  process.chdir(cwd)
  rmSync(folder, { recursive: true })
})

const complete = (variables: Variables) => completeOptions({}, variables)
const NAMES = { APPCONFIG_APPLICATION: 'api', APPCONFIG_ENVIRONMENT: 'prod-01', APPCONFIG_PROFILE: 'default' }

describe('the source', () => {
  it('is what the option says, whatever the variables say', () => {
    const source = memory()
    expect(completeOptions({ source }, { ...NAMES, APPCONFIG_SOURCE: 'files' }).source).toBe(source)
  })

  it.each<[string, Variables, string]>([
    ['APPCONFIG_SOURCE=direct', { ...NAMES, APPCONFIG_SOURCE: 'direct', APPCONFIG_DIRECTORY: 'x' }, 'direct'],
    ['APPCONFIG_SOURCE=files', { ...NAMES, APPCONFIG_SOURCE: 'files' }, 'files'],
    [
      'APPCONFIG_SOURCE=agent',
      { ...NAMES, APPCONFIG_SOURCE: 'agent', AWS_APPCONFIG_EXTENSION_HTTP_PORT: '2773' },
      'agent',
    ],
    ['APPCONFIG_AGENT_URL', { ...NAMES, APPCONFIG_AGENT_URL: 'http://localhost:2772' }, 'agent'],
    ['APPCONFIG_DIRECTORY', { ...NAMES, APPCONFIG_DIRECTORY: 'x' }, 'files'],
    ['APPCONFIG_APPLICATION alone', NAMES, 'direct'],
  ])('follows from %s', (_, variables, name) => {
    expect(complete(variables).source.name).toBe(name)
  })

  it('is the folder ./appconfig where nothing is set', () => {
    mkdirSync('appconfig/api/dev', { recursive: true })
    expect(complete({})).toMatchObject({
      source: { name: 'files' },
      application: 'api',
      environment: 'dev',
      layers: [{ profile: 'default' }],
    })
  })

  it.each<[string, Variables, string]>([
    ['in production', { NODE_ENV: 'production' }, 'NODE_ENV'],
    ['in a container on ECS', { ECS_CONTAINER_METADATA_URI_V4: 'http://x' }, 'ECS_CONTAINER_METADATA_URI_V4'],
    ['on Kubernetes', { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, 'KUBERNETES_SERVICE_HOST'],
    ['on Lambda', { AWS_LAMBDA_FUNCTION_NAME: 'f' }, 'AWS_LAMBDA_FUNCTION_NAME'],
  ])('is never that folder %s', (_, variables, text) => {
    mkdirSync('appconfig/api/dev', { recursive: true })
    expect(() => complete(variables)).toThrow(
      expect.objectContaining({ code: 'SOURCE_NOT_CONFIGURED', message: expect.stringContaining(text) }),
    )
  })

  it('missing altogether is an error that says what to set', () => {
    expect(() => complete({})).toThrow(
      expect.objectContaining({
        code: 'SOURCE_NOT_CONFIGURED',
        message: expect.stringMatching(
          /APPCONFIG_APPLICATION.*create \.\/appconfig\/api\/dev\/default\.json/,
        ),
      }),
    )
  })

  it('in production is an error that says how to have a folder nevertheless', () => {
    mkdirSync('appconfig/api/dev', { recursive: true })
    expect(() => complete({ NODE_ENV: 'production' })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('set APPCONFIG_SOURCE=files') }),
    )
    expect(complete({ NODE_ENV: 'production', APPCONFIG_SOURCE: 'files' })).toMatchObject({
      source: { name: 'files' },
      application: 'api',
      environment: 'dev',
    })
  })

  it('of an unknown name is an error', () => {
    expect(() => complete({ ...NAMES, APPCONFIG_SOURCE: 'consul' })).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID' }),
    )
  })

  it('that is a folder of several applications must be told which', () => {
    mkdirSync('appconfig/api/dev', { recursive: true })
    mkdirSync('appconfig/web/dev', { recursive: true })
    expect(() => complete({})).toThrow(
      expect.objectContaining({ message: expect.stringContaining('APPCONFIG_APPLICATION') }),
    )
    expect(complete({ APPCONFIG_DIRECTORY: './appconfig', APPCONFIG_APPLICATION: 'web' })).toMatchObject({
      environment: 'dev',
    })
  })
})

describe('APPCONFIG_PROFILE', () => {
  const tenant = { id: 't-01', tier: 'pro' }
  const layersOf = (list: string) =>
    complete({ ...NAMES, APPCONFIG_PROFILE: list }).layers.map((spec) =>
      typeof spec === 'function' ? (spec as LayerFunction)(tenant) : spec,
    )

  it('lists layers, lowest first, with the tenant’s own filled in', () => {
    expect(layersOf('default, tier-{tier}, tenant-{id}?')).toEqual([
      { profile: 'default', optional: false },
      { profile: 'tier-pro', optional: false },
      { profile: 'tenant-t-01', optional: true },
    ])
  })

  it('leaves out an optional layer of something the tenant has not', () => {
    expect(layersOf('default,cell-{cell}?')).toEqual([{ profile: 'default', optional: false }, undefined])
  })

  it('never drops a layer in silence: a required one of something the tenant has not is an error that says what', () => {
    expect(() => layersOf('default,cell-{cell}')).toThrow(
      expect.objectContaining({
        code: 'LAYER_NAME_INVALID',
        message: expect.stringContaining('this tenant has no cell'),
      }),
    )
  })

  it.each(['a,,b', 'a-{name}', '?', 'a}'])('"%s" is refused', (list) => {
    expect(() => layersOf(list)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }))
  })
})
