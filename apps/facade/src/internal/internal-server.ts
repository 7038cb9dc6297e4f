// The port where our own processes ask each other, so that the ledger alone decides which side answers:
//
//   a service token? ─no─► 401      for whom? ─not said─► 400      a route that changes nothing? ─no─► 404
//      └─yes─► the way of any request, by the partition the caller names: no limit, no holds, the caller's deadline
import { createRoutingTable } from '@emotibot/contracts'
import type { Logger } from '@emotibot/service-kit'
import type { FastifyInstance } from 'fastify'
import type { FacadeConfig } from '../config.ts'
import { createPort } from '../create-port.ts'
import { createRequestIds, guardTheDoor } from '../door.ts'
import type { ForwardContext } from '../forward/context.ts'
import { forwardContractRoutes } from '../forward/forward-routes.ts'
import { createClientReader } from '../identity/client-address.ts'
import { createWaiting } from '../waiting/waiting.ts'
import { internalRoutes } from './internal-routes.ts'
import { readOnBehalfOf } from './on-behalf-of.ts'

export type InternalContext = Omit<ForwardContext, 'waiting'> & {
  readonly config: Pick<FacadeConfig, 'trustProxy' | 'serviceSecret'>
  readonly logger: Logger
}

export function createInternalServer(context: InternalContext): FastifyInstance {
  const { config, logger, events } = context
  // Whoever may ask here is one of ours, and so are the ids its requests have.
  const server = createPort({ logger, events, genReqId: createRequestIds(() => true) })
  server.addHook('onRequest', async (request) => {
    request.onBehalfOf = await readOnBehalfOf(request.headers, config.serviceSecret)
  })
  guardTheDoor(server, {
    readClient: createClientReader(config.trustProxy),
    matchRoute: createRoutingTable(internalRoutes),
  })
  forwardContractRoutes(server, { ...context, waiting: withoutHolds(), limit: null, sockets: null })
  return server
}

/**
 * A waiting room that never hears of a hold: what changes nothing is answered by whichever side the snapshot says, and
 * must not wait for a flip whose writes may be waiting for it.
 */
const withoutHolds = () => createWaiting(() => true)
