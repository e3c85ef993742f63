/** A page's script: it paints what a flag says, and again when it is told of a change. */
import { firstPaintOptions } from '@appconfig-kit/core/page'
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider'
import { OpenFeature, ProviderEvents } from '@openfeature/web-sdk'

const main = document.querySelector('main')
const flags = OpenFeature.getClient()

function paint() {
  const { value, reason } = flags.getBooleanDetails('featureA', false)
  main.textContent = value ? 'new' : 'old'
  main.title = `${reason} ${flags.getStringValue('color', 'none')}`
}

const { targetingKey } = Object.fromEntries(new URLSearchParams(location.search))
if (targetingKey) await OpenFeature.setContext({ targetingKey, tenant: targetingKey, tenantId: targetingKey })
const brought = document.getElementById('flags')
const provider = new OFREPWebProvider({
  baseUrl: location.origin,
  ...(brought ? firstPaintOptions(brought) : { cacheMode: 'disabled' }),
})
flags.addHandler(ProviderEvents.ConfigurationChanged, paint)
if (brought) {
  await OpenFeature.setProviderAndWait(provider)
  paint()
} else {
  // What a page without its flags can do: paint with the defaults, and once more.
  paint()
  await OpenFeature.setProviderAndWait(provider)
  paint()
}
