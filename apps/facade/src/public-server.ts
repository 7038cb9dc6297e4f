import type { IncomingMessage } from 'node:http'
import { createRoutingTable, INTERNAL_PATHS } from '@emotibot/contracts'
import type { Logger } from '@emotibot/service-kit'
import type { FastifyInstance } from 'fastify'
import type { FacadeConfig } from './config.ts'
import { createPort } from './create-port.ts'
import { createRequestIds, guardTheDoor } from './door.ts'
import type { ForwardContext } from './forward/context.ts'
import { forwardContractRoutes } from './forward/forward-routes.ts'
import { createClientReader } from './identity/client-address.ts'
import { createLimiter } from './limiter.ts'
import { servePage } from './page.ts'
import { watchSockets } from './revocation/socket-watch.ts'
import { SocketRelay } from './socket/socket-relay.ts'
import { isSocketUpgrade, routeUpgrades } from './socket/upgrades.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A path of the facade itself, not of the contract. */
    isOwn?: boolean
  }
}

export type PublicContext = ForwardContext & { readonly config: FacadeConfig; readonly logger: Logger }

/** The public port: the contract's routes, the page, and whether this process is well. Nothing else is reachable. */
export async function createPublicServer(context: PublicContext): Promise<FastifyInstance> {
  const { config, logger, events } = context
  const readClient = createClientReader(config.trustProxy)
  const isViaTrusted = (request: IncomingMessage) => readClient(request).isViaTrusted
  const http = { shouldUpgradeCallback: isSocketUpgrade }
  const server = createPort({ logger, events, genReqId: createRequestIds(isViaTrusted), http })
  guardTheDoor(server, { readClient, matchRoute: createRoutingTable() })
  const limit = await createLimiter(server, config.rateLimit)
  addHealth(server, context)
  await server.register(servePage, context)
  const sockets = new SocketRelay(context)
  const stopWatching = watchSockets(context.revocations, sockets.sessions)
  server.addHook('preClose', async () => {
    stopWatching()
    sockets.close()
  })
  routeUpgrades(server)
  forwardContractRoutes(server, { ...context, limit, sockets })
  return server
}

function addHealth(server: FastifyInstance, { snapshot }: ForwardContext): void {
  const config = { isOwn: true }
  server.get(INTERNAL_PATHS.live, { config }, () => ({ status: 'ok', checks: {} }))
  server.get(INTERNAL_PATHS.ready, { config }, (_request, reply) => {
    const isReady = snapshot() !== null
    const routing = isReady ? 'ok' : 'no snapshot of the ledger was read yet'
    return reply
      .status(isReady ? 200 : 503)
      .send({ status: isReady ? 'ok' : 'not ready', checks: { routing } })
  })
}
