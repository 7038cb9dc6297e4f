import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, WebSocket, type WebSocketServer } from 'ws'
import type { Breakage } from './breakage.ts'

type Upgrade = { incoming: IncomingMessage; socket: Duplex; head: Buffer; sockets: WebSocketServer }

/** Opens the target's socket with the same identity and passes frames both ways. */
export function relaySocket(url: string, breakage: Breakage, upgrade: Upgrade): void {
  const { incoming, socket, head, sockets } = upgrade
  const target = new WebSocket(new URL(incoming.url ?? '/', url.replace(/^http/, 'ws')), {
    headers: identityOf(incoming),
  })
  const early: RawData[] = []
  const keep = (data: RawData) => void early.push(data)
  target.on('message', keep)
  target.once('unexpected-response', (_request, { statusCode = 502 }) =>
    socket.end(`HTTP/1.1 ${statusCode} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`),
  )
  target.on('error', () => socket.destroy())
  target.once('open', () =>
    sockets.handleUpgrade(incoming, socket, head, (page) => {
      const pages = () => (breakage.isOneRoom ? sockets.clients : [page])
      const pass = (data: RawData) => {
        for (const each of pages()) passFrame(each, breakage, data)
      }
      target.off('message', keep).on('message', pass)
      for (const data of early) pass(data)
      page.on('message', (data, isBinary) => target.send(data, { binary: isBinary }))
      page.once('close', () => target.close())
      target.once('close', (code) => page.close(code === 1005 || code === 1006 ? 1000 : code))
    }),
  )
}

function identityOf({ headers }: IncomingMessage): Record<string, string> {
  const { host = '', origin, cookie, authorization } = headers
  return {
    host,
    ...(origin ? { origin } : {}),
    ...(cookie ? { cookie } : {}),
    ...(authorization ? { authorization } : {}),
  }
}

function passFrame(page: WebSocket, { frame: change }: Breakage, data: RawData): void {
  const frame = JSON.parse(data.toString()) as Record<string, unknown>
  const changed = change ? change(frame) : frame
  if (changed) page.send(JSON.stringify(changed))
}
