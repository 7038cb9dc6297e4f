import type { IncomingMessage } from 'node:http'
import { requestHeaders } from '../forward/request-headers.ts'
import { positionOf } from '../positions/positions.ts'
import type { SocketArrival } from './upgrades.ts'

/** What the acceptor would refuse later, when the side was asked for nothing. */
export function isHandshake({ headers }: IncomingMessage): boolean {
  const key = headers['sec-websocket-key'] ?? ''
  return headers['sec-websocket-version'] === '13' && /^[+/0-9A-Za-z]{22}==$/.test(key)
}

/** The protocols that the client offers. */
export function protocolsOf({ headers }: IncomingMessage): string[] {
  return (headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

/** The client's headers as any side gets them, without those of the handshake, which `ws` makes anew. */
export function handshakeHeaders(arrival: SocketArrival): Record<string, string> {
  const { request } = arrival
  const list = requestHeaders(request, arrival, positionOf(request.headers))
  const headers: Record<string, string> = {}
  for (let at = 0; at < list.length; at += 2) {
    const name = list[at] ?? ''
    if (!name.startsWith('sec-websocket-')) headers[name] = list[at + 1] ?? ''
  }
  return headers
}
