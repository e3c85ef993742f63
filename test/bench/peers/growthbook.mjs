/** GrowthBook's server client, its features handed over. */
import { GrowthBookClient } from '@growthbook/growthbook'
import { FLAG } from '../participants/flags.mjs'

export function plain(flags) {
  return deciderOf(features(flags))
}

export function rules(flags) {
  const rule = {
    defaultValue: false,
    rules: [
      { condition: { tier: 'enterprise' }, force: true },
      { condition: { country: { $in: ['CH', 'AT'] } }, force: true },
      { condition: { email: { $regex: '^qa-' } }, force: true },
      { force: true, coverage: 0.5, hashAttribute: 'userId' },
    ],
  }
  return deciderOf({ ...features(flags), [FLAG]: rule })
}

function features(flags) {
  return Object.fromEntries(Array.from({ length: flags }, (_, at) => [`flag${at}`, { defaultValue: true }]))
}

function deciderOf(all) {
  const client = new GrowthBookClient().initSync({ payload: { features: all } })
  return (attributes) => client.isOn(FLAG, { attributes })
}
