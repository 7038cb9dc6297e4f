import { setTimeout as delay } from 'node:timers/promises'
import { connectSocket, type LiveSocket, type SocketOptions, UpgradeRefusedError } from '@emotibot/testkit'

const TRIED_FOR_MS = 15_000
const PAUSE_MS = 100

/** As the page does, which comes back when it is told that nothing can be said just now. */
export async function openSocket(url: string, options: SocketOptions): Promise<LiveSocket> {
  const deadline = performance.now() + TRIED_FOR_MS
  while (true) {
    try {
      return await connectSocket(url, options)
    } catch (cause) {
      const isBusy = cause instanceof UpgradeRefusedError && cause.status === 503
      if (!isBusy || performance.now() > deadline) throw cause
      await delay(PAUSE_MS)
    }
  }
}
