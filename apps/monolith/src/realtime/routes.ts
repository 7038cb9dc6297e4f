import { CLOSE, FRAME_LIMIT_BYTES, routeOf } from '@emotibot/contracts'
import {
  ApiError,
  carriedToken,
  giveTimeToArrive,
  hasSameOrigin,
  type IsApplied,
  type Server,
} from '@emotibot/service-kit'
import websocket from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import type { WebSocketServer } from 'ws'
import { SOCKET_LIMITS, type SocketLimits } from './limits.ts'
import { closeWithin } from './live-socket.ts'
import { isRefusal, openSocket, type SocketDeps, type Visitor } from './open-socket.ts'
import { createSocketCensus } from './socket-census.ts'

/** RFC 6455's code for a server that cannot go on; a socket that already said why keeps its own. */
const BROKEN = 1011

export type RealtimeDeps = Pick<SocketDeps, 'hub' | 'verify' | 'analyze' | 'changedTurnsSince'> & {
  readonly limits?: Partial<SocketLimits>
  /** An upgrade with a position gives it a moment to arrive. */
  readonly isApplied?: IsApplied
}

/** Serves `realtime.socket`. Await it before the server gets its other routes. */
export async function mountRealtime(
  server: Server,
  { limits: own, isApplied, ...given }: RealtimeDeps,
): Promise<void> {
  const limits = { ...SOCKET_LIMITS, ...own }
  const deps: SocketDeps = {
    ...given,
    limits,
    census: createSocketCensus(limits),
    log: server.log as SocketDeps['log'],
  }
  await server.register(websocket, {
    options: { maxPayload: FRAME_LIMIT_BYTES },
    errorHandler: (error, socket) => {
      server.log.debug({ err: error }, 'socket broke')
      closeWithin(socket, BROKEN, limits.closeGraceMs)
    },
    preClose: (done) => sayGoodbye(server.websocketServer, { limits, done }),
  })
  const visitors = new WeakMap<FastifyRequest, Visitor>()
  const route = routeOf('realtime.socket')
  server.route({
    method: 'GET',
    url: route.path,
    websocket: true,
    config: { routeKey: route.key },
    onRequest: async (request) => {
      refuseForeign(request)
      if (isApplied) await giveTimeToArrive(request, isApplied)
      visitors.set(request, await visitorOf(request, deps))
    },
    handler: (socket, request) => openSocket(socket, visitors.get(request) ?? { kind: 'refused' }, deps),
  })
}

function refuseForeign(request: FastifyRequest): void {
  if (!request.ws) throw new ApiError('BAD_REQUEST', 'This address is a WebSocket: ask for an upgrade.')
  if (hasSameOrigin(request)) return
  throw new ApiError(
    'FORBIDDEN_ORIGIN',
    'A socket must be opened by our own page: its Origin is missing or another.',
  )
}

async function visitorOf(request: FastifyRequest, { verify }: Pick<SocketDeps, 'verify'>): Promise<Visitor> {
  try {
    const carried = carriedToken(request)
    if (!carried) return { kind: 'guest', address: request.ip }
    return { kind: 'user', claims: await verify(carried.token), token: carried.token }
  } catch (cause) {
    if (isRefusal(cause)) return { kind: 'refused' }
    throw cause
  }
}

type Goodbye = { limits: SocketLimits; done: () => void }

/** Every page is told to come back elsewhere; one that does not answer does not hold up the end. */
function sayGoodbye(sockets: WebSocketServer, { limits, done }: Goodbye): void {
  for (const socket of sockets.clients) socket.close(CLOSE.reconnect)
  const cut = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate()
  }, limits.closeGraceMs)
  sockets.close(() => {
    clearTimeout(cut)
    done()
  })
}
