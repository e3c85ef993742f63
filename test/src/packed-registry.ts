/**
 * A registry on this machine that has our packages as they would be published, so that `npm i` of a README runs as it is
 * printed. Everything else comes from where npm is set up to find it.
 *
 * @module
 */
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { run } from './run.ts'

export interface PackedRegistry {
  /** Environment variables that tell npm to find our packages there. */
  readonly env: NodeJS.ProcessEnv
  close(): void
}

/** Serves the tarballs of a folder that `scripts/pack.mjs` has written. */
export async function startPackedRegistry(folder: string): Promise<PackedRegistry> {
  const manifests = new Map<
    string,
    { readonly name: string; readonly version: string; readonly file: string }
  >()
  for (const file of readdirSync(folder)) {
    const { stdout } = await run('tar', ['-xOf', join(folder, file), 'package/package.json'])
    const manifest = JSON.parse(stdout)
    manifests.set(manifest.name, { ...manifest, file })
  }
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/').slice(1)
    const manifest = manifests.get(path)
    if (manifest !== undefined) {
      const { name, version, file } = manifest
      const dist = { tarball: `${url}/tarballs/${file}` }
      const packument = {
        name,
        'dist-tags': { latest: version },
        versions: { [version]: { ...manifest, dist } },
      }
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(packument))
    } else if (path.startsWith('tarballs/') && readdirSync(folder).includes(path.slice('tarballs/'.length))) {
      response.end(readFileSync(join(folder, path.slice('tarballs/'.length))))
    } else response.writeHead(404).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  // Not a variable of its own: its name would hold @ and :, which a shell does not hand on.
  const config = join(folder, 'npmrc')
  writeFileSync(config, `@appconfig-kit:registry=${url}\n`)
  return {
    env: { npm_config_globalconfig: config },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
