import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { RouteMatch } from '@emotibot/contracts'
import { createRoutingTable } from '@emotibot/contracts'
import { ApiError, refuseRepeatedHeaders } from '@emotibot/service-kit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Client, ReadClient } from './identity/client-address.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The contract's route for the raw path; null for the facade's own health. */
    match: RouteMatch | null
    client: Client
  }
}

const matchRoute = createRoutingTable()
const REQUEST_ID = /^[\w.:-]{1,128}$/

/** A request id of ours, unless a trusted proxy brought one. */
export function createRequestIds(readClient: ReadClient) {
  return (request: IncomingMessage): string => {
    const given = request.headers['x-request-id']
    const isUsable = typeof given === 'string' && REQUEST_ID.test(given) && readClient(request).isViaTrusted
    return isUsable ? given : randomUUID()
  }
}

/** What holds for every request, before any of it is read: readable headers, and a route of the contract. */
export function guardTheDoor(server: FastifyInstance, readClient: ReadClient): void {
  server.decorateRequest('match', null)
  server.decorateRequest('client')
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    try {
      admit(request)
      request.client = readClient(request.raw)
      done()
    } catch (error) {
      done(error as Error)
    }
  })
}

function admit(request: FastifyRequest): void {
  const { raw } = request
  if (raw.headers.host === undefined) throw new ApiError('BAD_REQUEST', 'The request has no Host header.')
  refuseRepeatedHeaders(raw.rawHeaders)
  if (request.routeOptions.config.isOwn) return
  request.match = matchRoute(raw.method ?? '', pathOf(raw.url ?? ''))
  if (request.match === null) throw new ApiError('NOT_FOUND', 'There is nothing at this method and path.')
}

/** The raw path, as it came: decoding it, or resolving dots, is how a proxy and a server come to disagree. */
function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}
