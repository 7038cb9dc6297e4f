import { type Analysis, type FrameIn, type FrameOut, RESUME_MAX_IDS } from '@emotibot/contracts'
import type { Listener, LocalHub } from './live-hub.ts'
import type { LiveSocket } from './live-socket.ts'
import { errorFrame } from './read-frame.ts'

/**
 * What a page missed: the rows changed since the oldest row of `seen`, less those in `seen` as they are. `resync`
 * where that cannot be known or is too much.
 */
export type MissedTurns = { kind: 'events'; frames: FrameOut[] } | { kind: 'resync' }

export type FrameDeps = {
  readonly hub: LocalHub
  readonly analyze: (text: string) => Analysis
  readonly changedTurnsSince: (userId: string, seen: string[]) => MissedTurns | Promise<MissedTurns>
}

/** An open socket and who is behind it; a guest is no listener. */
export type Peer = { readonly socket: LiveSocket; readonly listener: Listener | null; isResuming: boolean }

/** Carries out one frame of a page. */
export async function answerFrame(frame: FrameIn, peer: Peer, deps: FrameDeps): Promise<void> {
  switch (frame.type) {
    case 'preview':
      peer.socket.send({ type: 'emotion.preview', emotion: deps.analyze(frame.text) })
      return
    case 'typing':
      if (peer.listener) deps.hub.publishToOthers(peer.listener, { type: 'typing' })
      return
    case 'resume':
      return resume(frame.seen, peer, deps)
    default:
      return frame satisfies never
  }
}

/** One at a time: each may be as long as a page of history. */
async function resume(seen: string[], peer: Peer, deps: FrameDeps): Promise<void> {
  const { socket, listener } = peer
  if (!listener) socket.send(errorFrame('UNAUTHENTICATED', 'A guest has nothing to resume. Sign in first.'))
  else if (peer.isResuming) socket.send(errorFrame('BUSY', 'This socket is resuming already.'))
  else {
    peer.isResuming = true
    try {
      await socket.sendInTurn(await missedFrames(listener.userId, seen, deps))
    } finally {
      peer.isResuming = false
    }
  }
}

async function missedFrames(userId: string, seen: string[], deps: FrameDeps): Promise<FrameOut[]> {
  const missed: MissedTurns =
    seen.length === 0 ? { kind: 'resync' } : await deps.changedTurnsSince(userId, seen)
  const isKnown = missed.kind === 'events' && missed.frames.length <= RESUME_MAX_IDS
  return isKnown ? missed.frames : [{ type: 'resync' }]
}
