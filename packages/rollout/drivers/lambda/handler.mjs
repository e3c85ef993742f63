/**
 * A Lambda function that takes one step of a rollout: `{ "label": "v8" }`, with `"through": "prod"` to pass holds,
 * `"accept": "prod-01"` to go on although the gate could not decide, or `"goal": "back"` to take the version back. The README beside it says what has to be in its folder.
 */
import { readFile } from 'node:fs/promises'
import { RolloutError, readPlan } from '@appconfig-kit/rollout'
import { cloudWatchAlarms, cloudWatchCounts } from '@appconfig-kit/rollout/cloudwatch'
import { stepHandler } from '@appconfig-kit/rollout/lambda'
import { AppConfigClient } from '@aws-sdk/client-appconfig'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'

const timeoutMs = 10_000
const cloudWatch = new CloudWatchClient()
const read = (name) => readFile(new URL(name, import.meta.url))

export const handler = stepHandler({
  readPlan: async () => readPlan(await read('rollout.yaml'), 'rollout.yaml'),
  /** A label has a file of its own, so that a label never gets the content of another. */
  readContent: async (label) => {
    const name = `content/${encodeURIComponent(label)}.json`
    const bytes = await read(name).catch((cause) => {
      const message = `The function has no file ${name}: deploy it with that file first.`
      throw new RolloutError('NOT_FOUND', message, { cause })
    })
    return { bytes, contentType: 'application/json' }
  },
  ports: {
    client: new AppConfigClient(),
    alarms: cloudWatchAlarms(cloudWatch, { timeoutMs }),
    counts: cloudWatchCounts(cloudWatch),
    timeoutMs,
  },
  throwIfFailed: true,
  log: (line) => console.log(line),
})
