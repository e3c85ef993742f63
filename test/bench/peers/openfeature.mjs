/** OpenFeature's server SDK with the in-memory provider it brings along. */
import { InMemoryProvider, OpenFeature } from '@openfeature/server-sdk'
import { FLAG, handRule } from '../participants/flags.mjs'

export function plain(flags) {
  return deciderOf(inMemory(flags))
}

/** Its in-memory provider leaves rules to a function: the hand-written ones. */
export function rules(flags) {
  return deciderOf(inMemory(flags, (context) => (handRule(context) ? 'on' : 'off')))
}

export function inMemory(flags, contextEvaluator) {
  const flag = { variants: { on: true, off: false }, defaultVariant: 'on', disabled: false }
  const all = Object.fromEntries(Array.from({ length: flags }, (_, at) => [`flag${at}`, flag]))
  return new InMemoryProvider({ ...all, [FLAG]: { ...flag, ...(contextEvaluator && { contextEvaluator }) } })
}

async function deciderOf(provider) {
  await OpenFeature.setProviderAndWait(provider)
  const client = OpenFeature.getClient()
  return (context) => client.getBooleanValue(FLAG, false, context)
}
