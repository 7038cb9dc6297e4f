import type { Revocations } from './revocations.ts'

/** Open sockets by session, each session with a token that was good when its socket was opened. */
export type WatchedSockets = {
  sessions(): Iterable<{ readonly sid: string; readonly token: string }>
  closeSessions(sids: readonly string[]): void
}

const LOOK_EVERY_MS = 1_000
/** Requests of users go first. */
const ASKED_AT_ONCE = 8

/**
 * Ends the sockets of ended sessions: at once where the list says so, and within about a second, while the list may be
 * out of date, where a store says so. What no store can judge keeps its socket. Answers how to stop.
 */
export function watchSockets(revocations: Revocations, sockets: WatchedSockets): () => void {
  const forget = revocations.onRevoked((sids) => sockets.closeSessions(sids))
  let isStopped = false
  let timer: NodeJS.Timeout | undefined

  async function look(): Promise<void> {
    const doubtful = doubtfulOf(sockets, revocations)
    const askOn = async () => {
      for (const { sid, token } of doubtful) {
        const standing = await revocations.check(token).catch(() => 'unknown')
        if (standing === 'revoked') sockets.closeSessions([sid])
        if (isStopped) return
      }
    }
    // All take from the one iterator.
    await Promise.all(Array.from({ length: ASKED_AT_ONCE }, askOn))
    if (!isStopped) start()
  }

  function start(): void {
    timer = setTimeout(() => void look(), LOOK_EVERY_MS)
  }

  start()
  return () => {
    isStopped = true
    clearTimeout(timer)
    forget()
  }
}

/** Judged when their turn comes: the list may be current again by then. */
function* doubtfulOf(sockets: WatchedSockets, { judge }: Pick<Revocations, 'judge'>) {
  for (const session of [...sockets.sessions()]) if (judge(session.sid) === 'unknown') yield session
}
