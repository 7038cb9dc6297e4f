import { CLOSE, type TokenClaims } from '@emotibot/contracts'
import { ApiError, type Logger, type VerifyToken } from '@emotibot/service-kit'
import type { WebSocket } from 'ws'
import { answerFrame, type FrameDeps, type Peer } from './answer-frame.ts'
import { createFrameAllowance } from './frame-allowance.ts'
import type { SocketLimits } from './limits.ts'
import type { Listener } from './live-hub.ts'
import { LiveSocket } from './live-socket.ts'
import { errorFrame, readFrame } from './read-frame.ts'
import type { SocketCensus } from './socket-census.ts'

export type SocketDeps = FrameDeps & {
  readonly verify: VerifyToken
  readonly census: SocketCensus
  readonly limits: SocketLimits
  readonly log: Logger
}

/** Who is at the other end, found out before the upgrade. `refused`: the token that came is not good. */
export type Visitor =
  | { readonly kind: 'user'; readonly claims: TokenClaims; readonly token: string }
  | { readonly kind: 'guest'; readonly address: string }
  | { readonly kind: 'refused' }

/** Takes over a socket that was just upgraded. A browser cannot read a refused upgrade, so refusals are close codes. */
export function openSocket(raw: WebSocket, visitor: Visitor, deps: SocketDeps): void {
  const socket = new LiveSocket(raw, deps.limits)
  if (visitor.kind === 'refused') {
    socket.close(CLOSE.signInAgain)
    return
  }
  const leave = deps.census.enter(
    visitor.kind === 'user' ? { userId: visitor.claims.sub } : { guestAddress: visitor.address },
  )
  if (!leave) {
    socket.close(CLOSE.overLimit)
    return
  }
  raw.once('close', leave)
  const listener = visitor.kind === 'user' ? listen(raw, socket, { ...visitor, deps }) : null
  takeFrames(raw, { socket, listener, isResuming: false }, deps)
  socket.send({ type: 'ready', username: visitor.kind === 'user' ? visitor.claims.username : null })
}

/** Whether a token was judged and found bad, as against a check that could not be made. */
export function isRefusal(cause: unknown): boolean {
  return cause instanceof ApiError && cause.code === 'UNAUTHENTICATED'
}

type SignedIn = { claims: TokenClaims; token: string; deps: SocketDeps }

function listen(raw: WebSocket, socket: LiveSocket, { claims, token, deps }: SignedIn): Listener {
  const listener: Listener = {
    userId: claims.sub,
    sid: claims.sid,
    send: (frameText) => socket.sendText(frameText),
    close: (code) => socket.close(code),
  }
  const leaveHub = deps.hub.join(listener)
  // The page may hold a newer token of the same session by then: it comes back with that one, or is told to sign in.
  const expiry = setTimeout(() => socket.close(CLOSE.reconnect), timerMs(claims.exp))
  raw.once('close', () => {
    leaveHub()
    clearTimeout(expiry)
  })
  // A session that ended between the check and the join was not there to be closed: look once more.
  deps
    .verify(token)
    .catch((cause: unknown) => socket.close(isRefusal(cause) ? CLOSE.signInAgain : CLOSE.reconnect))
  return listener
}

const LONGEST_TIMER_MS = 2 ** 31 - 1

function timerMs(atSeconds: number): number {
  return Math.min(atSeconds * 1_000 - Date.now(), LONGEST_TIMER_MS)
}

function takeFrames(raw: WebSocket, peer: Peer, deps: SocketDeps): void {
  const { framesAtOnce, framesPerSecond } = deps.limits
  const allowance = createFrameAllowance(framesAtOnce, framesPerSecond)
  const mayGoOn = () => {
    const isWithin = allowance.take(performance.now())
    if (!isWithin) peer.socket.close(CLOSE.overLimit)
    return isWithin && peer.socket.isOpen
  }
  raw.on('ping', mayGoOn)
  raw.on('message', (data, isBinary) => {
    if (mayGoOn()) takeFrame(bytesOf(data), isBinary, { peer, deps })
  })
}

function bytesOf(data: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}

/** A frame that cannot be read or carried out costs an `error` frame, never the socket. */
function takeFrame(data: Buffer, isBinary: boolean, { peer, deps }: { peer: Peer; deps: SocketDeps }): void {
  const read = readFrame(data, isBinary)
  if ('fault' in read) {
    peer.socket.send(errorFrame('BAD_REQUEST', read.fault))
    return
  }
  answerFrame(read.frame, peer, deps).catch((cause: unknown) => {
    deps.log.error({ err: cause, frame: read.frame.type }, 'frame failed')
    peer.socket.send(errorFrame('INTERNAL', 'Something went wrong on our side. Try again.'))
  })
}
