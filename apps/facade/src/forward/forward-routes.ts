import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { OnBehalfOf } from '../internal/on-behalf-of.ts'
import type { Limit } from '../limiter.ts'
import type { SocketRelay } from '../socket/socket-relay.ts'
import { upgradeOf } from '../socket/upgrades.ts'
import type { ForwardContext } from './context.ts'
import { Exchange } from './exchange.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** For whom one of our own processes asks; null on the public port. */
    onBehalfOf: OnBehalfOf | null
  }
}

export type ForwardOptions = ForwardContext & {
  readonly limit: Limit | null
  /** Null where no socket is among the routes. */
  readonly sockets: SocketRelay | null
}

const NO_HEADERS: readonly string[] = []

/** Sends every route of the contract, but those of the page, to the side that answers it. */
export function forwardContractRoutes(server: FastifyInstance, options: ForwardOptions): void {
  server.decorateRequest('onBehalfOf', null)
  server.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/*',
    // Before the body would be read: from here on request and reply are an exchange's.
    onRequest: async (request, reply) => {
      const headers = options.limit === null ? NO_HEADERS : await options.limit(request)
      forward(request, reply, { options, headers })
    },
    handler: neverReached,
  })
}

type Admitted = { readonly options: ForwardOptions; readonly headers: readonly string[] }

function forward(request: FastifyRequest, reply: FastifyReply, { options, headers }: Admitted): void {
  const { match, client, onBehalfOf, id: requestId } = request
  if (match === null) return
  reply.hijack()
  const arrival = {
    request: request.raw,
    response: reply.raw,
    route: match.route,
    client,
    requestId,
    headers,
    onBehalfOf,
  }
  const upgrade = match.route.effect === 'socket' ? upgradeOf(request.raw) : undefined
  if (upgrade && options.sockets) options.sockets.open({ ...arrival, upgrade })
  else new Exchange(arrival, options).start()
}

/** Every request that gets this far was taken over by an exchange. */
function neverReached(): never {
  throw new Error('A forwarded request came back to its route.')
}
