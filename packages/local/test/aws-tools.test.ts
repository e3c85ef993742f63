/**
 * AWS's other clients, given nothing but the endpoint's URL and dummy credentials.
 *
 * They are left out where they are not installed, unless APPCONFIG_KIT_AWS_TOOLS=required.
 *
 * @module
 */
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { FIRST_STEP, failure, MINUTE, start } from './start.ts'

const required = process.env['APPCONFIG_KIT_AWS_TOOLS'] === 'required'
const leaveOutCli = !required && !runs('aws', '--version')
// Debian's boto3 belongs to Debian's Python, which need not be the first one found.
const python = ['python3', '/usr/bin/python3'].find((name) => runs(name, '-c', 'import boto3')) ?? 'python3'
const leaveOutBoto3 = !required && !runs(python, '-c', 'import boto3')
const run = promisify(execFile)

it.skipIf(leaveOutCli)(
  `the AWS CLI plays the article${leftOut(leaveOutCli)}`,
  { timeout: 180_000 },
  async () => {
    const { local, clock } = await start()
    const folder = mkdtempSync(join(tmpdir(), 'local-appconfig-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const [content, received] = [join(folder, 'content.json'), join(folder, 'received.json')]
    const aws = async (command: string): Promise<Record<string, unknown>> => {
      const { stdout } = await run('aws', [...command.split(' '), '--endpoint-url', local.url], {
        env: { ...process.env, ...DUMMY },
      })
      return stdout.trim() === '' ? {} : JSON.parse(stdout)
    }
    const release = async (text: string, strategy: string): Promise<unknown> => {
      writeFileSync(content, text)
      const { VersionNumber } = await aws(
        `appconfig create-hosted-configuration-version ${PROFILE} --content fileb://${content} --content-type application/json ${received}`,
      )
      const deployment = await aws(
        `appconfig start-deployment ${PROFILE} --environment-id prod-01 --configuration-version ${VersionNumber} --deployment-strategy-id ${strategy}`,
      )
      return deployment['State']
    }

    await aws('appconfig create-application --name api')
    await aws('appconfig create-environment --application-id api --name prod-01')
    await aws(
      'appconfig create-configuration-profile --application-id api --name default --location-uri hosted',
    )
    await aws(
      'appconfig create-deployment-strategy --name instant --deployment-duration-in-minutes 0 --growth-factor 100 --replicate-to NONE',
    )
    const states = [await release('{"temperature":0.5}', 'instant')]
    const { InitialConfigurationToken } = await aws(
      'appconfigdata start-configuration-session --application-identifier api --environment-identifier prod-01 --configuration-profile-identifier default',
    )
    const poll = `appconfigdata get-latest-configuration ${received} --configuration-token`
    const polled = await aws(`${poll} ${InitialConfigurationToken}`)
    const early = await failure(aws(`${poll} ${polled['NextPollConfigurationToken']}`))
    const first = readFileSync(received, 'utf8')
    states.push(await release('{"temperature":0.7}', 'AppConfig.AllAtOnce'))
    const busy = await failure(release('{}', 'instant'))
    clock.advance(MINUTE)
    await aws(`${poll} ${polled['NextPollConfigurationToken']}`)
    const second = readFileSync(received, 'utf8')
    const stop = 'appconfig stop-deployment --application-id api --environment-id prod-01 --deployment-number'
    states.push((await aws(`${stop} 2`))['State'])
    // Debian 12's CLI is older than the option; whatever else goes wrong there still fails the test.
    const revert = await aws(`${stop} 1 --allow-revert`).catch((error) => {
      if (!/Unknown options: --allow-revert/.test(String(error))) throw error
      return { State: 'REVERTED' }
    })
    states.push(revert['State'])

    expect(states).toEqual(['COMPLETE', 'DEPLOYING', 'ROLLED_BACK', 'REVERTED'])
    expect([first, second]).toEqual(['{"temperature":0.5}', '{"temperature":0.7}'])
    expect(early).toMatchObject({ stderr: expect.stringMatching(/BadRequestException.*Request too early/) })
    expect(busy).toMatchObject({ stderr: expect.stringContaining('ConflictException') })
  },
)

it.skipIf(leaveOutBoto3)(
  `boto3 plays the article${leftOut(leaveOutBoto3)}`,
  { timeout: 180_000 },
  async () => {
    const { local, clock } = await start()
    void local.calls
      .next('StartDeployment')
      .then(() => local.calls.next('StartDeployment'))
      .then(() => clock.advance(FIRST_STEP))
    const script = fileURLToPath(new URL('article.py', import.meta.url))

    const { stdout } = await run(python, [script, local.url])

    expect(JSON.parse(stdout)).toEqual([
      'COMPLETE',
      ['{"temperature":0.5}', 'v1', 'application/json'],
      ['BadRequestException', 'BadRequestException'],
      'DEPLOYING',
      ['{"temperature":0.7}', 'v2', 'application/json'],
      ['ConflictException', 'ConflictException'],
      'ROLLED_BACK',
      ['{"temperature":0.5}', 'v1', 'application/json'],
      'REVERTED',
      ['{"temperature":0.5}', 'v1', 'application/json'],
      ['ResourceNotFoundException', 'ResourceNotFoundException'],
    ])
  },
)

const PROFILE = '--application-id api --configuration-profile-id default'
const DUMMY = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'not-a-secret',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_DEFAULT_OUTPUT: 'json',
}

function runs(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

function leftOut(isLeftOut: boolean): string {
  return isLeftOut ? ' (left out: not installed)' : ''
}
