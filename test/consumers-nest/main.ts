/**
 * Serves the application, asks it as three tenants, and prints what they were answered.
 *
 * @module
 */
import { NestFactory } from '@nestjs/core'
import { AppModule } from './app.js'

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['error'] })
  await app.listen(0, '127.0.0.1')
  const url = await app.getUrl()
  for (const tenant of ['t1', 't2', 't3']) {
    const response = await fetch(`${url}/search?q=a`, { headers: { 'x-tenant': tenant } })
    process.stdout.write(`${response.status} ${response.status === 200 ? await response.text() : ''}\n`)
  }
  await app.close()
}

void main()
