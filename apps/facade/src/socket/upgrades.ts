import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { routes } from '@emotibot/contracts'
import type { FastifyInstance } from 'fastify'
import type { Arrival } from '../forward/arrival.ts'

/** The connection of a request that asks to become a socket, and what was read of it too early. */
export type Upgrade = { readonly socket: Socket; readonly head: Buffer }

/** A request that came in at the door to become a socket. */
export type SocketArrival = Arrival & { readonly upgrade: Upgrade }

const upgrades = new WeakMap<IncomingMessage, Upgrade>()

/** Whether a request becomes a socket. `Upgrade` to anything else, or anywhere else, is an ordinary request. */
export function isSocketUpgrade({ method, url = '', headers }: IncomingMessage): boolean {
  const path = url.split('?', 1)[0]
  return (
    method === 'GET' &&
    path === routes['realtime.socket'].path &&
    headers.upgrade?.toLowerCase() === 'websocket'
  )
}

/** Lets upgrades in by the same door as all requests, so that the same hooks, limits and errors hold for them. */
export function routeUpgrades(server: FastifyInstance): void {
  server.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    upgrades.set(request, { socket, head })
    // Until it is joined to a side nobody else looks after it.
    socket.on('error', () => socket.destroy())
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(socket)
    response.once('finish', () => socket.end())
    server.routing(request, response)
  })
}

export function upgradeOf(request: IncomingMessage): Upgrade | undefined {
  return upgrades.get(request)
}
