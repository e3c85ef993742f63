import express from 'express'
import { createAppConfig, memory, layer, appConfig } from '@appconfig-kit/express'
import { consoleRouter, controlPlane } from '@appconfig-kit/console'
import { startLocalAppConfig } from '@appconfig-kit/local'
import { AppConfigClient } from '@aws-sdk/client-appconfig'
import { chromium } from 'playwright-core'
const local = await startLocalAppConfig({ speed: 60 })
const place = { application: 'api', environment: 'prod-01' }
await local.deploy({ ...place, profile: 'default', content: { temperature: 0.2 }, versionLabel: 'v1' })
const control = new AppConfigClient({ endpoint: local.url, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } })
const source = memory({
  default: { temperature: 0.2, model: 'amazon.nova-lite-v1:0', search: true, limits: { requestsPerMinute: 60, tokens: 4000 }, 
   checkout: { _variants: [ { name: 'oneClick', enabled: true, rule: '(and (eq $tier "pro") (split pct::50 by::$tenantId))', attributeValues: { steps: 1 } }, { name: 'german', enabled: true, rule: '(eq $country "DE")', attributeValues: { steps: 3 } }, { name: 'control', enabled: true, attributeValues: { steps: 4 } } ] },
   '<img src=x onerror=alert(1)>': '<script>alert(2)</script>' },
  'tier-pro': { limits: { requestsPerMinute: 600 }, search: true, exports: { enabled: true, formats: ['csv', 'parquet'] } },
  'tenant-tenant-01': { model: 'anthropic.claude-sonnet', beta: true, search: false },
})
const client = createAppConfig({ application: 'api', environment: 'prod-01', source, layers: ['default', (t) => t.tier && layer(`tier-${t.tier}`, { optional: true }), (t) => layer(`tenant-${t.id}`, { optional: true })] })
await client.start()
await client.resolve({ id: 'tenant-01', tier: 'pro' })
await client.resolve({ id: 'tenant-02', tier: 'basic' })
source.publish('tier-pro', Buffer.from('{\n  "limits": { "requestsPerMinute": 900 },\n  "search": tru\n}'))
const app = express()
app.use('/console', consoleRouter(client, { authorize: () => true, values: true, loadTenants: true, actions: true, title: 'api, prod-01', deployments: controlPlane(control), lookEveryMs: 200 }))
const server = app.listen(0, '127.0.0.1')
await new Promise((r) => server.once('listening', r))
const url = `http://127.0.0.1:${server.address().port}/console`
await local.deploy({ ...place, profile: 'default', content: { temperature: 0.9 }, versionLabel: 'v2', strategy: 'AppConfig.Linear20PercentEvery6Minutes' })
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
for (const [name, opts] of [['light', { viewport: { width: 1280, height: 900 }, colorScheme: 'light' }], ['dark', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' }], ['narrow', { viewport: { width: 360, height: 740 }, colorScheme: 'light' }]]) {
  const page = await browser.newPage(opts)
  page.on('console', (m) => console.log(name, m.type(), m.text())); page.on('pageerror', (e) => console.log(name, 'ERR', e.message))
  await page.goto(url)
  await page.getByText('live', { exact: true }).waitFor()
  await page.getByLabel('Id').fill('tenant-01'); await page.getByLabel('Tier').fill('pro')
  await page.getByRole('button', { name: 'Explain' }).click()
  await page.getByRole('heading', { name: 'Keys' }).waitFor()
  await page.screenshot({ path: `/tmp/shots/${name}-one.png`, fullPage: true })
  await page.getByRole('button', { name: 'Compare with another' }).click()
  await page.getByRole('group', { name: 'Tenant B' }).getByLabel('Id').fill('tenant-02')
  await page.getByRole('group', { name: 'Tenant B' }).getByLabel('Tier').fill('basic')
  await page.getByRole('button', { name: 'Compare' , exact: true}).click()
  await page.getByText('They differ').waitFor()
  await page.screenshot({ path: `/tmp/shots/${name}-two.png`, fullPage: true })
  console.log(name, await page.evaluate(() => document.documentElement.scrollWidth))
  if (name === 'light') { await page.getByRole('button', { name: /^Stop/ }).click(); await page.screenshot({ path: '/tmp/shots/dialog.png' }) ; await page.keyboard.press('Escape') }
  await page.close()
}
await browser.close(); server.close(); process.exit(0)
