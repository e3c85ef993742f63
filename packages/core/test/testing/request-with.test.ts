import { describe, expect, it } from 'vitest'
import { isEnabledFor } from '../../src/adapter.ts'
import { requestWith, testConfig } from '../../src/testing.ts'

describe('requestWith', () => {
  it('makes a request with a configuration, with values for one, and with what a tenant would see', () => {
    const config = testConfig({ featureA: true }, { tenants: { acme: { featureA: false } } })
    const requests = [
      requestWith(config),
      requestWith(config.current('acme')),
      requestWith({ featureA: true }),
      requestWith({ featureA: { _variants: [{ name: 'x', enabled: false }] } }),
    ]

    expect(requests.map((request) => isEnabledFor(request, 'featureA', 'test'))).toEqual([
      true,
      false,
      true,
      false,
    ])
    expect(requests[1]?.config).toEqual({ featureA: false })
  })

  it('keeps what the request was made with', () => {
    const config = testConfig({ featureA: true })
    const request = requestWith(config)

    config.set('featureA', false)

    expect([isEnabledFor(request, 'featureA', 'test'), request.config['featureA']]).toEqual([true, true])
  })

  it('has further properties', () => {
    const request = requestWith(
      { featureA: true },
      { query: { q: 'x' }, method: 'POST', headers: { a: 'b' } },
    )

    expect(request).toMatchObject({ query: { q: 'x' }, method: 'POST', headers: { a: 'b' }, url: '/' })
  })
})
