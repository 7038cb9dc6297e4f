// Two ends of one live socket, the client's and the side's, joined frame by frame:
//
//   client ══ frames, pings, pongs ══ side       Either end that reads too slowly makes the other wait; one that
//                                                does not read at all for long is let go with 4008.
//
//   side closes with a code     → the client gets that code
//   side dies, or is restarting → the client gets 4012, reconnect
//   client closes or is gone    → the side is closed
import { CLOSE } from '@emotibot/contracts'
import type { RawData, WebSocket } from 'ws'

/** Bytes that may wait for a reader before the other end is paused. */
const UNREAD_LIMIT_BYTES = 256 * 1_024
const UNREAD_LIMIT_MS = 20_000
const GRACE_MS = 2_000

const NO_STATUS = 1005
const ABNORMAL = 1006
/** Going away, and service restart: the page should come back, and will find whoever is there then. */
const AWAY = new Set([1001, ABNORMAL, 1012])

/** Joins two open sockets until either closes. */
export function join(client: WebSocket, side: WebSocket): void {
  carry(client, side, () => end(client, CLOSE.reconnect))
  carry(side, client, () => end(client, CLOSE.tooSlow))
  side.once('close', (code, reason) => end(client, AWAY.has(code) ? CLOSE.reconnect : code, reason))
  client.once('close', (code, reason) => end(side, code, reason))
}

function carry(from: WebSocket, to: WebSocket, onStuck: () => void): void {
  let stuck: NodeJS.Timeout | undefined
  const goOn = () => {
    if (stuck === undefined || to.bufferedAmount > UNREAD_LIMIT_BYTES / 2) return
    clearTimeout(stuck)
    stuck = undefined
    from.resume()
  }
  from.on('message', (data: RawData, binary: boolean) => {
    to.send(data, { binary }, goOn)
    if (to.bufferedAmount <= UNREAD_LIMIT_BYTES || stuck !== undefined) return
    from.pause()
    stuck = setTimeout(onStuck, UNREAD_LIMIT_MS)
  })
  from.on('ping', (data: Buffer) => to.ping(data))
  from.on('pong', (data: Buffer) => to.pong(data))
  // What follows an error is a close, which says enough.
  from.on('error', () => undefined)
  from.once('close', () => clearTimeout(stuck))
  to.once('close', () => clearTimeout(stuck))
}

/** Says goodbye, and hangs up on an end that does not answer it. */
export function end(socket: WebSocket, code: number, reason: Buffer | string = ''): void {
  if (socket.readyState === socket.CLOSED) return
  // A paused end would never read the other's goodbye.
  socket.resume()
  if (code === ABNORMAL) socket.terminate()
  else if (code === NO_STATUS) socket.close()
  else socket.close(code, reason)
  const hangUp = setTimeout(() => socket.terminate(), GRACE_MS)
  socket.once('close', () => clearTimeout(hangUp))
}
