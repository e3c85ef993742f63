/** The command, as a newcomer and as a pipeline use it: processes, sockets, files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { manualClock } from '@appconfig-kit/core/testing'
import { type LocalAppConfig, type LocalAppConfigOptions, startLocalAppConfig } from '@appconfig-kit/local'
import {
  AppConfigClient,
  CreateConfigurationProfileCommand,
  GetApplicationCommand,
  ListHostedConfigurationVersionsCommand,
} from '@aws-sdk/client-appconfig'
import {
  AppConfigDataClient,
  GetLatestConfigurationCommand,
  StartConfigurationSessionCommand,
} from '@aws-sdk/client-appconfigdata'
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { ROOT, type Running, run, start } from '../src/run.ts'

const PROGRAM = join(ROOT, 'packages/cli/bin/appconfig-kit.mjs')
/** A machine that knows nothing of AWS. */
const NO_AWS = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_REGION: undefined,
  AWS_DEFAULT_REGION: undefined,
  AWS_PROFILE: undefined,
  AWS_ACCESS_KEY_ID: undefined,
  AWS_ENDPOINT_URL: undefined,
  AWS_ENDPOINT_URL_APPCONFIG: undefined,
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'))
  return () => rmSync(folder, { recursive: true, force: true })
})

/** Writes a file below the test's folder and answers its path. */
function write(path: string, text: string): string {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

const cli = (...args: string[]) => run(process.execPath, [PROGRAM, ...args], folder, NO_AWS)

describe('appconfig-kit dev', () => {
  async function dev(...args: string[]): Promise<{ process: Running; agentUrl: string; url: string }> {
    const ports = ['--port', '0', '--agent-port', '0', '--directory', folder]
    const process_ = start(process.execPath, [PROGRAM, 'dev', ...ports, ...args], ROOT, NO_AWS)
    onTestFinished(() => void process_.process.kill('SIGKILL'))
    const [, url = ''] = await process_.printed(/export AWS_ENDPOINT_URL_APPCONFIG=(\S+)/)
    const [, agentUrl = ''] = await process_.printed(/export APPCONFIG_AGENT_URL=(\S+)/)
    await process_.printed(/Ready/)
    return { process: process_, url, agentUrl }
  }
  const served = async (agentUrl: string, path: string) =>
    (await fetch(`${agentUrl}/applications/api/environments/prod-01/configurations/${path}`)).text()

  it('deploys what the folder holds, and what is edited', async () => {
    write('api/prod-01/default.json', '{"a":1}')
    write('api/prod-01/limits.yaml', 'max: 1')
    const { process: running, agentUrl } = await dev()

    await running.printed(/default: deployment 1, version 1: COMPLETE/)
    await running.printed(/limits: deployment 2, version 1: COMPLETE/)
    expect(await served(agentUrl, 'default')).toBe('{"a":1}')
    expect(await served(agentUrl, 'limits')).toBe('max: 1')

    write('api/prod-01/default.json', '{"a":2}')
    await running.printed(/default: deployment 3, version 2: COMPLETE/)
    expect(await served(agentUrl, 'default')).toBe('{"a":2}')

    write('api/prod-02/default.json', '{"a":3}')
    await running.printed(/api\/prod-02\/default: deployment 1, version 3: COMPLETE/)
  })

  it('prints variables to export with which appConfig() works as it is', async () => {
    write('api/prod-01/default.json', '{"a":1}')
    write('api/prod-01-ops/ops.json', '{"a":2}')
    const { process: running } = await dev()
    await running.printed(/default: deployment 1, version 1: COMPLETE/)
    const [exports = ''] = await running.printed(/(^ {2}export .*\n)+/m)
    const { code, stdout } = await run(
      'bash',
      [
        '-c',
        `${exports}\n"$0" --input-type=module -e "$1"`,
        process.execPath,
        "import { appConfig } from '@appconfig-kit/express'; const { client } = appConfig(); console.log(JSON.stringify(await client.resolve()))",
      ],
      join(ROOT, 'test'),
      NO_AWS,
    )
    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"a":1}\n' })
  })

  it('reports a half-written file and a removed one, and deploys neither', async () => {
    const file = write('api/prod-01/default.json', '{"a":1}')
    const { process: running, agentUrl } = await dev()
    await running.printed(/version 1: COMPLETE/)

    write('api/prod-01/default.json', '{"a":')
    await running.printed(/api\/prod-01\/default:1:6: is not JSON: it ends too early\. Not deployed\./)
    expect(await served(agentUrl, 'default')).toBe('{"a":1}')

    write('api/prod-01/default.json', '{"a":2}')
    await running.printed(/version 2: COMPLETE/)

    rmSync(file)
    await running.printed(/default is no longer in the folder/)
    expect(await served(agentUrl, 'default')).toBe('{"a":2}')
  })

  it('deploys gradually where asked to, one after the other, and the newest content only', async () => {
    write('api/prod-01/default.json', '1')
    const { process: running, agentUrl } = await dev(
      '--strategy',
      'AppConfig.Linear50PercentEvery30Seconds',
      '--speed',
      '40',
    )
    // What nothing was deployed for yet: at once.
    await running.printed(/deployment 1, version 1: COMPLETE/)

    write('api/prod-01/default.json', '2')
    await running.printed(/deployment 2, version 2: DEPLOYING 0%/)
    write('api/prod-01/default.json', '3')
    await running.printed(/default has changed and waits: deployment 2 is \w+\./)
    await running.printed(/deployment 2, version 2: COMPLETE[\s\S]*deployment 3, version 3: COMPLETE/)
    expect(await served(agentUrl, 'default')).toBe('3')
  })

  it('shows what others deploy, stop and revert', async () => {
    const file = write('api/prod-01/default.json', '1')
    const { process: running, url } = await dev()
    await running.printed(/version 1: COMPLETE/)
    const place = ['-a', 'api', '-e', 'prod-01', '--endpoint', url]

    expect(await cli('deploy', file, ...place, '-p', 'default')).toMatchObject({ code: 0, stderr: '' })
    await running.printed(/deployment 2, version 2: DEPLOYING/)
    expect(await cli('stop', ...place)).toMatchObject({ code: 0, stderr: '' })
    await running.printed(/deployment 2, version 2: ROLLED_BACK \(Deployment rolled back by user request\)/)
    expect(await cli('revert', ...place)).toMatchObject({ code: 0, stderr: '' })
    await running.printed(/deployment 1, version 1: REVERTED/)
  })

  it('takes up its state, and does not deploy again what is deployed', async () => {
    write('api/prod-01/default.json', '1')
    const state = mkdtempSync(join(tmpdir(), 'cli-state-'))
    onTestFinished(() => rmSync(state, { recursive: true, force: true }))
    const first = await dev('--state', state)
    await first.process.printed(/deployment 1, version 1: COMPLETE/)
    first.process.process.kill('SIGTERM')
    expect(await first.process.finished).toMatchObject({ code: 0 })

    const second = await dev('--state', state)
    write('api/prod-01/other.json', '2')

    const [printed] = await second.process.printed(/^[\s\S]*other: deployment \d+.*COMPLETE/)
    expect(printed).toContain('other: deployment 2,')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('ends by %s in order, with exit code 0', async (signal) => {
    write('api/prod-01/default.json', '1')
    const { process: running, url } = await dev()
    await running.printed(/COMPLETE/)

    running.process.kill(signal)

    expect(await running.finished).toMatchObject({ code: 0, stderr: '' })
    await expect(fetch(url)).rejects.toThrow()
  })

  it('prints an object a line with --json', async () => {
    write('api/prod-01/default.json', '1')
    const args = ['dev', '--json', '--port', '0', '--agent-port', '0', '--directory', folder]
    const running = start(process.execPath, [PROGRAM, ...args], ROOT, NO_AWS)
    onTestFinished(() => void running.process.kill('SIGKILL'))

    await running.printed(/"state":"COMPLETE"/)
    running.process.kill('SIGINT')

    const { stdout } = await running.finished
    const [ready, deployment] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(ready).toMatchObject({ event: 'ready', environment: { AWS_REGION: 'us-east-1' } })
    expect(deployment).toMatchObject({ event: 'deployment', deployment: 1, profile: 'default' })
  })

  it.each(['--port', '--agent-port'])(
    'says that the port of %s is taken, and names the option',
    async (option) => {
      const { url, agentUrl } = await dev()
      const other = option === '--port' ? '--agent-port' : '--port'
      const { port } = new URL(option === '--port' ? url : agentUrl)

      const { code, stderr } = await cli('dev', option, port, other, '0', '--directory', folder)

      expect(code).toBe(2)
      expect(stderr).toMatch(/^appconfig-kit: The port of [^\n]*EADDRINUSE[^\n]*$/)
      expect(stderr).toContain(`Give another by ${option}, or ${option} 0 for a free one.`)
      expect(stderr).not.toContain(other)
    },
  )
})

describe('against a running AppConfig', () => {
  const ALARM = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors'
  const PLACE = { application: 'api', environment: 'prod-01' }
  const slowly = ['--strategy', 'AppConfig.Canary10Percent20Minutes']
  let local: LocalAppConfig
  let control: AppConfigClient
  let place: string[]
  let file: string

  /** At real time, deployments of minutes are never over within a test. */
  async function startLocal(options: LocalAppConfigOptions = {}): Promise<void> {
    await local?.close()
    control?.destroy()
    local = await startLocalAppConfig(options)
    await local.deploy({
      ...PLACE,
      profile: 'default',
      content: { a: 0 },
      versionLabel: 'v0',
      monitors: [ALARM],
    })
    control = new AppConfigClient({
      endpoint: local.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    })
    place = ['-a', 'api', '-e', 'prod-01', '--endpoint', local.url]
  }
  beforeEach(async () => {
    await startLocal()
    file = write('next.json', '{"a":1}')
  })
  afterAll(async () => {
    control.destroy()
    await local.close()
  })
  const deploy = (...args: string[]) => cli('deploy', file, ...place, '-p', 'default', ...args)

  /** Sessions of the data plane, and what each gets at its next poll. */
  async function openSessions(count: number): Promise<{ poll(): Promise<string[]> }> {
    const data = new AppConfigDataClient({
      endpoint: local.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    })
    onTestFinished(() => data.destroy())
    const open = async () =>
      (
        await data.send(
          new StartConfigurationSessionCommand({
            ApplicationIdentifier: 'api',
            EnvironmentIdentifier: 'prod-01',
            ConfigurationProfileIdentifier: 'default',
          }),
        )
      ).InitialConfigurationToken
    const tokens = await Promise.all(Array.from({ length: count }, open))
    const poll = async (at: number) => {
      const answer = await data.send(new GetLatestConfigurationCommand({ ConfigurationToken: tokens[at] }))
      tokens[at] = answer.NextPollConfigurationToken
      return answer.Configuration?.transformToString() ?? ''
    }
    return { poll: () => Promise.all(tokens.map((_, at) => poll(at))) }
  }

  it('deploy --watch follows a deployment to its end', async () => {
    // A deployment and bake of an hour are over in a second.
    await startLocal({ speed: 3600 })
    const { code, stdout, stderr } = await deploy('--label', 'v1', '--description', 'the first', '--watch')

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^api\/prod-01\/default: deployment 2, version 2 \(v1\): DEPLOYING 0%\n/)
    expect(stdout).toMatch(/deployment 2, version 2 \(v1\): COMPLETE\n$/)
  })

  it('deploy takes ids, and strategies of ours', async () => {
    const { Id = '' } = await control.send(new GetApplicationCommand({ ApplicationId: 'api' }))

    const { code, stdout } = await cli(
      'deploy',
      file,
      '-a',
      Id,
      '-e',
      'prod-01',
      '-p',
      'default',
      '-s',
      'Local.Instant',
      '--endpoint',
      local.url,
      '--json',
    )

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      application: 'api',
      deployment: 2,
      state: 'COMPLETE',
      percentage: 100,
    })
  })

  it('deploy --watch ends with 1 when an alarm rolls back, and says why', async () => {
    const watching = start(
      process.execPath,
      [PROGRAM, 'deploy', file, ...place, '-p', 'default', '--watch'],
      folder,
      NO_AWS,
    )
    await watching.printed(/DEPLOYING 0%/)

    local.setAlarm(ALARM, 'ALARM')

    const { code, stdout, stderr } = await watching.finished
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toMatch(/ROLLED_BACK \(alarm \S+:errors is in ALARM\)\n$/)
  })

  it('an alarm in the bake: every session is back at its next poll, and the event log says why', async () => {
    const clock = manualClock()
    await startLocal({ clock })
    const sessions = await openSessions(50)
    const args = ['-p', 'default', '-s', 'AppConfig.AllAtOnce', '--watch']
    const watching = start(process.execPath, [PROGRAM, 'deploy', file, ...place, ...args], folder, NO_AWS)
    await watching.printed(/deployment 2, version 2: DEPLOYING/)
    clock.advance(5000)
    await watching.printed(/BAKING/)
    expect(new Set(await sessions.poll())).toEqual(new Set(['{"a":1}']))

    local.setAlarm(ALARM, 'ALARM')
    clock.advance(60_000)

    expect(new Set(await sessions.poll())).toEqual(new Set(['{"a":0}']))
    expect(await watching.finished).toMatchObject({ code: 1, stderr: '' })
    expect((await cli('status', ...place, '-n', '2')).stdout).toMatch(
      /ROLLBACK_STARTED +CLOUDWATCH_ALARM +Rollback started: alarm \S+:errors is in ALARM/,
    )
  })

  it('deploy --watch can be left; the deployment goes on', async () => {
    const args = [PROGRAM, 'deploy', file, ...place, '-p', 'default', '--watch']
    const watching = start(process.execPath, args, folder, NO_AWS)
    await watching.printed(/DEPLOYING 0%/)

    watching.process.kill('SIGINT')

    expect(await watching.finished).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(/^appconfig-kit: No longer watching; deployment 2 goes on[^\n]*$/),
    })
    expect((await cli('status', ...place)).stdout).toMatch(/^2 +default +2 +DEPLOYING/m)
  })

  it('racing starts: one wins, the others are told in one line', async () => {
    const results = await Promise.all([deploy(...slowly), deploy(...slowly), deploy(...slowly)])

    expect(results.map(({ code }) => code).sort()).toEqual([0, 3, 3])
    for (const { code, stderr } of results) {
      if (code === 3)
        expect(stderr).toMatch(/^appconfig-kit: An environment has one deployment at a time[^\n]+$/)
    }
  })

  it('a conflict creates no version', async () => {
    await deploy(...slowly)
    local.calls.clear()

    expect((await deploy()).stderr).toMatch(/deployment 2 is DEPLOYING\. Wait for it, or end it/)
    expect(local.calls.of('CreateHostedConfigurationVersion')).toEqual([])
  })

  it.each([
    ['-a', 'apy', "There is no application 'apy'. There is: api."],
    ['-e', 'prod-99', "There is no environment of application api 'prod-99'. There is: prod-01."],
    ['-p', 'other', "There is no configuration profile of application api 'other'. There is: default."],
    ['-s', 'Fast', "There is no deployment strategy 'Fast'. There are: AppConfig.AllAtOnce, "],
  ])('a name that %s does not have: exit code 4', async (option, name, says) => {
    const { code, stdout, stderr } = await deploy(option, name)

    expect([code, stdout]).toEqual([4, ''])
    expect(stderr).toMatch(/^appconfig-kit: [^\n]+$/)
    expect(stderr).toContain(says)
  })

  it('what a validator refuses: exit code 5; a label that is taken: 3', async () => {
    const { Id } = await control.send(new GetApplicationCommand({ ApplicationId: 'api' }))
    await control.send(
      new CreateConfigurationProfileCommand({
        ApplicationId: Id,
        Name: 'strict',
        LocationUri: 'hosted',
        Validators: [{ Type: 'JSON_SCHEMA', Content: '{"required":["b"]}' }],
      }),
    )

    const refused = await deploy('-p', 'strict')
    expect(refused.code).toBe(5)
    expect(refused.stderr).toMatch(/^appconfig-kit: [^\n]*required property 'b'[^\n]*$/)

    const taken = await deploy('--label', 'v0')
    expect(taken.code).toBe(3)
    expect(taken.stderr).toMatch(/^appconfig-kit: The label 'v0' is taken in profile default[^\n]*$/)
  })

  describe('a deployment that broke off', () => {
    const labelled = ['-s', 'Local.Instant', '--label', 'v1']

    it('goes on with the version it had made', async () => {
      const mended = local.faults.add({ operation: 'StartDeployment', status: 400 })
      expect((await deploy(...labelled)).code).toBe(5)
      mended()

      const { code, stdout } = await deploy(...labelled)

      expect(code).toBe(0)
      expect(stdout).toMatch(/^api\/prod-01\/default: deployment 2, version 2 \(v1\): COMPLETE\n$/)
    })

    it('goes on with a version of flags, which AppConfig stores in another form', async () => {
      await local.deploy({
        ...PLACE,
        profile: 'flags',
        profileType: 'AWS.AppConfig.FeatureFlags',
        content: { version: '1', flags: {}, values: {} },
      })
      file = write(
        'flags.json',
        '{"version":"1","values":{"b":{"enabled":true},"a":{"enabled":false}},"flags":{"b":{"name":"B"},"a":{"name":"A"}}}',
      )
      const mended = local.faults.add({ operation: 'StartDeployment', status: 400 })
      await deploy('-p', 'flags', ...labelled)
      mended()

      expect(await deploy('-p', 'flags', ...labelled)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('version 2 (v1)'),
      })
    })

    it.each([
      ['under way', [...slowly, '--label', 'v1'], 'DEPLOYING'],
      ['complete', labelled, 'COMPLETE'],
    ])('and is %s is left as it is', async (_, args, state) => {
      await deploy(...args)
      local.calls.clear()

      const { code, stdout, stderr } = await deploy(...args)

      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toContain(
        `Deployment 2 of this label and content is ${state}: nothing new is started.\n`,
      )
      expect(stdout).toMatch(/default: deployment 2, version 2 \(v1\): /)
      expect(local.calls.of('CreateHostedConfigurationVersion')).toEqual([])
      expect(local.calls.of('StartDeployment')).toEqual([])
    })

    it.each(['stop', 'revert'])('and was ended by %s is started anew', async (end) => {
      await deploy(...(end === 'stop' ? slowly : ['-s', 'Local.Instant']), '--label', 'v1')
      expect((await cli(end, ...place)).code).toBe(0)

      expect(await deploy(...labelled)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/deployment 3, version 2 \(v1\): COMPLETE/),
      })
    })

    it.each([
      ['not deployed', []],
      ['deployed', ['deployed']],
    ])('does not take a label for other content: %s', async (_, [deployed]) => {
      const { Id = '' } = await control.send(new GetApplicationCommand({ ApplicationId: 'api' }))
      if (deployed) await deploy(...labelled)
      else {
        const mended = local.faults.add({ operation: 'StartDeployment', status: 400 })
        await deploy(...labelled)
        mended()
      }
      file = write('next.json', '{"a":2}')

      expect(await deploy(...labelled, '-a', Id)).toMatchObject({
        code: 3,
        stderr: `appconfig-kit: The label 'v1' is taken in profile default, by a version with another content: give this one another.`,
      })
    })
  })

  it('does not start what was decided on an older state of the environment', async () => {
    void local.calls
      .next('CreateHostedConfigurationVersion')
      .then(() => local.deploy({ ...PLACE, profile: 'other', content: '1' }))

    expect(await deploy('-s', 'Local.Instant')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('another was started first; version 2 was created and not deployed'),
    })
  })

  it.each(['上限を上げる', '“quoted”', 'line one\nline two', 'limit é'])(
    'a description that is no header, %j, is of the deployment only',
    async (description) => {
      expect(await deploy('-s', 'Local.Instant', '-d', description)).toMatchObject({ code: 0, stderr: '' })

      const { Items } = await control.send(
        new ListHostedConfigurationVersionsCommand({
          ApplicationId: 'api',
          ConfigurationProfileId: 'default',
        }),
      )
      expect((await cli('status', ...place, '-n', '2')).stdout).toContain(description)
      expect(Items?.[0]).toMatchObject({ VersionNumber: 2 })
      expect(Items?.[0]?.Description).toBeUndefined()
    },
  )

  it.each(['--label', '--content-type'])('%s that is no header is a wrong argument', async (option) => {
    local.calls.clear()

    expect(await deploy(option, 'v–1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('It takes printable ASCII only'),
    })
    expect(local.calls).toEqual([])
  })

  it('ends when an endpoint never answers', async () => {
    local.faults.add({ operation: 'ListApplications', hang: true })

    expect(await deploy('--timeout', '0.5')).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(/did not answer ListApplications within 0\.5 s/),
    })
  })

  it('no file that is half a document', async () => {
    file = write('half.json', '{"a":')

    const { code, stderr } = await deploy()

    expect(code).toBe(2)
    expect(stderr).toMatch(/half\.json:1:6: is not JSON/)
  })

  it('stop ends what is in progress', async () => {
    expect(await cli('stop', ...place)).toMatchObject({
      code: 4,
      stderr: 'appconfig-kit: No deployment is in progress in api/prod-01: there is nothing to stop.',
    })
    expect((await cli('stop', ...place, '-n', '1')).code).toBe(5)
    expect((await cli('stop', ...place, '-n', '9')).code).toBe(4)

    await deploy(...slowly)
    const { code, stdout } = await cli('stop', ...place)

    expect(code).toBe(0)
    expect(stdout).toMatch(
      /deployment 2, version 2: ROLLED_BACK \(Deployment rolled back by user request\)\n$/,
    )
  })

  it('stop ends a bake too', async () => {
    const clock = manualClock()
    await startLocal({ clock })
    expect((await deploy('-s', 'AppConfig.AllAtOnce')).stdout).toContain('DEPLOYING')
    clock.advance(5000)
    expect((await cli('status', ...place)).stdout).toMatch(/^2 +default +2 +BAKING/m)

    expect(await cli('stop', ...place)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('ROLLED_BACK'),
    })
  })

  it('revert takes back what is complete, and only that', async () => {
    await local.deploy({ ...PLACE, profile: 'other', content: { b: 1 } })
    await local.deploy({ ...PLACE, profile: 'default', content: { a: 2 } })

    expect((await cli('revert', ...place, '-p', 'other')).stdout).toMatch(
      /other: deployment 2, .*REVERTED\n$/,
    )
    expect((await cli('revert', ...place)).stdout).toMatch(/default: deployment 3, .*REVERTED\n$/)
    expect(await cli('revert', ...place, '-p', 'other')).toMatchObject({
      code: 4,
      stderr: 'appconfig-kit: No deployment is complete in api/prod-01/other: there is nothing to revert.',
    })
    expect(await cli('revert', ...place, '-n', '3')).toMatchObject({
      code: 5,
      stderr: 'appconfig-kit: Deployment 3 is REVERTED: only a complete one can be reverted.',
    })

    await deploy(...slowly)
    expect(await cli('revert', ...place)).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/Deployment 4 is DEPLOYING in api\/prod-01: end it first/),
    })
  })

  it('status shows a list, and one with its event log', async () => {
    await deploy('-s', 'Local.Instant', '--label', 'v1', '--description', 'the first')

    const list = await cli('status', ...place)
    expect(list.code).toBe(0)
    expect(list.stdout).toMatch(
      /^DEPLOYMENT +PROFILE +VERSION +STATE +REACHED +STARTED +ENDED\n2 +default +2 \(v1\) +COMPLETE +100% /,
    )
    expect((await cli('status', ...place, '--limit', '1')).stdout.trim().split('\n')).toHaveLength(2)

    const one = await cli('status', ...place, '--deployment', '2')
    expect(one.stdout).toMatch(/COMPLETE\nthe first\n/)
    expect(one.stdout).toMatch(/DEPLOYMENT_STARTED +USER +Deployment started/)

    const json = await cli('status', ...place, '--deployment', '2', '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({
      deployment: 2,
      events: [{ type: 'DEPLOYMENT_COMPLETED' }, {}],
    })
    expect(
      (await cli('status', ...place, '--json')).stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).deployment),
    ).toEqual([2, 1])
  })

  it('wants a region and credentials for AWS', async () => {
    const aws = ['-a', 'api', '-e', 'prod-01']

    expect(await cli('status', ...aws)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^appconfig-kit: No AWS region[^\n]+$/),
    })
    expect(await cli('status', ...aws, '--region', 'us-east-1')).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(/^appconfig-kit: No AWS credentials[^\n]+$/),
    })
  })
})
