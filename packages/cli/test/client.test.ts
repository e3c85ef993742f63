import { describe, expect, it } from 'vitest'
import { createClient, isLoopback } from '../src/appconfig/client.ts'

describe('a client', () => {
  it.each(['http://localhost:4100', 'http://127.0.0.1:4100', 'http://[::1]:4100'])(
    'for %s needs neither credentials nor region',
    async (endpoint) => {
      const { config } = createClient({ endpoint }, {})

      expect(await config.credentials()).toMatchObject({ accessKeyId: 'local' })
      expect(await config.region()).toBe('us-east-1')
    },
  )

  it('takes the endpoint from the environment, as the AWS tools do', async () => {
    const { config } = createClient({}, { AWS_ENDPOINT_URL_APPCONFIG: 'http://127.0.0.1:4100' })

    expect(await config.endpoint?.()).toMatchObject({ hostname: '127.0.0.1', port: 4100 })
    expect(await config.credentials()).toMatchObject({ accessKeyId: 'local' })
  })

  it('prefers what was asked for', async () => {
    const { config } = createClient(
      { endpoint: 'http://127.0.0.1:1', region: 'eu-west-1' },
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:2' },
    )

    expect(await config.endpoint?.()).toMatchObject({ port: 1 })
    expect(await config.region()).toBe('eu-west-1')
  })

  it('never makes up credentials for another machine', () => {
    expect(isLoopback('https://appconfig.us-east-1.amazonaws.com')).toBe(false)
    expect(isLoopback('http://127.0.0.1.example.com')).toBe(false)
    expect(isLoopback('http://localhost@example.com')).toBe(false)
  })
})
