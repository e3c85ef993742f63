/** GrowthBook's server client, its features handed over. */
import { GrowthBookClient } from '@growthbook/growthbook'
import { FLAG } from '../participants/flags.mjs'

export function plain(flags) {
  return deciderOf(features(flags))
}

export function rules(flags) {
  return deciderOf({ ...features(flags), [FLAG]: RULE })
}

/** Every flag has rules, and is decided. */
export function all(flags) {
  const keys = Object.keys(features(flags))
  const client = clientOf(features(flags, RULE))
  return (attributes) => {
    let on = 0
    for (const key of keys) if (client.isOn(key, { attributes })) on++
    return on > 0
  }
}

const RULE = {
  defaultValue: false,
  rules: [
    { condition: { tier: 'enterprise' }, force: true },
    { condition: { country: { $in: ['CH', 'AT'] } }, force: true },
    { condition: { email: { $regex: '^qa-' } }, force: true },
    { force: true, coverage: 0.5, hashAttribute: 'userId' },
  ],
}

function features(flags, feature = { defaultValue: true }) {
  return Object.fromEntries(Array.from({ length: flags }, (_, at) => [`flag${at}`, feature]))
}

function clientOf(payload) {
  return new GrowthBookClient().initSync({ payload: { features: payload } })
}

function deciderOf(payload) {
  const client = clientOf(payload)
  return (attributes) => client.isOn(FLAG, { attributes })
}
