import type { FrameOut } from '@emotibot/contracts'

/** Where the rest of the application says what a user's open pages should hear. Nobody hears another user's events. */
export type LiveHub = {
  /** To every open socket of the user. */
  publish(userId: string, frame: FrameOut): void
  /** A session ended: its sockets close with `code`. */
  closeSession(sid: string, code: number): void
  closeUser(userId: string, code: number): void
}

/** One open socket of a signed-in user, as the hub knows it. Neither method throws nor waits. */
export type Listener = {
  readonly userId: string
  readonly sid: string
  send(frameText: string): void
  close(code: number): void
}

/** The hub of one process. */
export type LocalHub = LiveHub & {
  /** Returns how to leave. */
  join(listener: Listener): () => void
  /** To the user's other sockets: what one tab tells the others. */
  publishToOthers(from: Listener, frame: FrameOut): void
}

export function createLiveHub(): LocalHub {
  const byUser = new Map<string, Set<Listener>>()
  const bySession = new Map<string, Set<Listener>>()

  function publishTo(userId: string, frame: FrameOut, except?: Listener): void {
    const listeners = byUser.get(userId)
    if (!listeners) return
    const frameText = JSON.stringify(frame)
    for (const listener of listeners) if (listener !== except) listener.send(frameText)
  }

  return {
    publish: (userId, frame) => publishTo(userId, frame),
    publishToOthers: (from, frame) => publishTo(from.userId, frame, from),
    closeSession: (sid, code) => closeAll(bySession.get(sid), code),
    closeUser: (userId, code) => closeAll(byUser.get(userId), code),
    join(listener) {
      add(byUser, listener.userId, listener)
      add(bySession, listener.sid, listener)
      return () => {
        remove(byUser, listener.userId, listener)
        remove(bySession, listener.sid, listener)
      }
    },
  }
}

/** A copy is walked, for a listener that closes also leaves. */
function closeAll(listeners: ReadonlySet<Listener> | undefined, code: number): void {
  for (const listener of [...(listeners ?? [])]) listener.close(code)
}

function add(index: Map<string, Set<Listener>>, key: string, listener: Listener): void {
  const listeners = index.get(key) ?? new Set()
  index.set(key, listeners.add(listener))
}

function remove(index: Map<string, Set<Listener>>, key: string, listener: Listener): void {
  const listeners = index.get(key)
  listeners?.delete(listener)
  if (listeners?.size === 0) index.delete(key)
}
