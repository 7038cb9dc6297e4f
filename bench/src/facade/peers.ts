import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Target } from '../load/load.ts'

/** A process of this benchmark. It ends when told to, and with us. */
export type Peer = Target & { readonly close: () => Promise<void> }

type PeerFile = 'upstream' | 'raw-proxy' | 'plugin-proxy'

export async function startPeer(file: PeerFile, ...args: string[]): Promise<Peer> {
  const child = fork(new URL(`${file}-process.ts`, import.meta.url), args, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const [url] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [null])])
  if (typeof url !== 'string' || child.pid === undefined) throw new Error(`The ${file} did not start.`)
  return {
    url,
    pid: child.pid,
    async close() {
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}
