// Two workers of node:cluster, each with a client of its own behind one port.
import cluster from 'node:cluster'

if (cluster.isPrimary) {
  cluster.fork()
  cluster.fork()
  cluster.on('exit', (_worker, code) => {
    process.exitCode ||= code
  })
  process.on('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM')
  })
} else await import('./api.mjs')
