import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { createRoutingTable, RouteMatch } from '@emotibot/contracts'
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

const REQUEST_ID = /^[\w.:-]{1,128}$/

/** A request id of ours, unless somebody who is believed brought one. */
export function createRequestIds(isBelieved: (request: IncomingMessage) => boolean) {
  return (request: IncomingMessage): string => {
    const given = request.headers['x-request-id']
    const isUsable = typeof given === 'string' && REQUEST_ID.test(given) && isBelieved(request)
    return isUsable ? given : randomUUID()
  }
}

export type DoorOptions = {
  readonly readClient: ReadClient
  /** The routes that are behind this door. */
  readonly matchRoute: ReturnType<typeof createRoutingTable>
}

/** What holds for every request, before any of it is read: readable headers, and a route of this door's. */
export function guardTheDoor(server: FastifyInstance, { readClient, matchRoute }: DoorOptions): void {
  server.decorateRequest('match', null)
  server.decorateRequest('client')
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    try {
      request.match = admit(request, matchRoute)
      request.client = readClient(request.raw)
      done()
    } catch (error) {
      done(error as Error)
    }
  })
}

function admit(request: FastifyRequest, matchRoute: DoorOptions['matchRoute']): RouteMatch | null {
  const { raw } = request
  if (raw.headers.host === undefined) throw new ApiError('BAD_REQUEST', 'The request has no Host header.')
  refuseRepeatedHeaders(raw.rawHeaders)
  if (request.routeOptions.config.isOwn) return null
  const match = matchRoute(raw.method ?? '', pathOf(raw.url ?? ''))
  if (match === null) throw new ApiError('NOT_FOUND', 'There is nothing at this method and path.')
  return match
}

/** The raw path, as it came: decoding it, or resolving dots, is how a proxy and a server come to disagree. */
function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}
