import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@emotibot/db'
import { createFolder, until } from '@emotibot/testkit'
import type { Peer } from './peers.ts'

/** One nginx process with keep-alive on both sides, or null where nginx is not installed. */
export async function startNginx(upstreamUrl: string): Promise<Peer | null> {
  if (spawnSync('nginx', ['-v']).error) return null
  const folder = createFolder('nginx')
  // As root nginx may change to a user that must still get in.
  chmodSync(folder.path, 0o755)
  const port = await freePort(0)
  const file = join(folder.path, 'nginx.conf')
  writeFileSync(file, configOf({ port, upstream: new URL(upstreamUrl).host, folder: folder.path }))
  const child = spawn('nginx', ['-p', folder.path, '-c', file, '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  // Unlike a forked process it does not notice when we are gone.
  const endWithUs = () => child.kill('SIGKILL')
  process.once('exit', endWithUs)
  const url = `http://127.0.0.1:${port}`
  await until('nginx answers', async () => (await fetch(url)).ok)
  if (child.pid === undefined) throw new Error('nginx did not start.')
  return {
    url,
    pid: child.pid,
    async close() {
      const gone = once(child, 'exit')
      child.kill()
      await gone
      process.off('exit', endWithUs)
      folder.remove()
    },
  }
}

type Settings = { port: number; upstream: string; folder: string }

/** One process that is its own worker, so that its CPU time is all there is. */
function configOf({ port, upstream, folder }: Settings): string {
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 10000000;
  ${places.map((place) => `${place}_temp_path ${folder}/${place};`).join(' ')}
  upstream behind { server ${upstream}; keepalive 64; keepalive_requests 10000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://behind;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
}
`
}
