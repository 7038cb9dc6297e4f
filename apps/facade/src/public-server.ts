import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { INTERNAL_PATHS } from '@emotibot/contracts'
import { ApiError, answerBrokenRequest, type Logger, toErrorAnswer } from '@emotibot/service-kit'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import type { FacadeConfig } from './config.ts'
import { createRequestIds, guardTheDoor } from './door.ts'
import { answerError as answerErrorOn } from './forward/answer-error.ts'
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

const REQUEST_TIMEOUT_MS = 120_000

export type PublicContext = ForwardContext & { readonly config: FacadeConfig; readonly logger: Logger }

/** The public port: the contract's routes, the page, and whether this process is well. Nothing else is reachable. */
export async function createPublicServer(context: PublicContext): Promise<FastifyInstance> {
  const { config, logger } = context
  const readClient = createClientReader(config.trustProxy)
  const answerError = createErrorAnswer(context)
  const server: FastifyInstance = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // One line a request is written by events.ts, with what it needs: no logger of its own for each.
    childLoggerFactory: (parent) => parent,
    genReqId: createRequestIds(readClient),
    requestTimeout: REQUEST_TIMEOUT_MS,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // A missing Host is answered by us, in the one error shape.
    http: { requireHostHeader: false, shouldUpgradeCallback: isSocketUpgrade },
  }) as unknown as FastifyInstance
  server.setErrorHandler(answerError)
  server.setNotFoundHandler(() => {
    throw new ApiError('NOT_FOUND', 'There is nothing at this method and path.')
  })
  guardTheDoor(server, readClient)
  const limit = await createLimiter(server, config.rateLimit)
  addHealth(server, context)
  await server.register(servePage, context)
  const sockets = new SocketRelay(context)
  const stopWatching = watchSockets(context.revocations, sockets.sessions)
  server.addHook('preClose', async () => {
    stopWatching()
    sockets.close()
  })
  hangUpWhenClosing(server)
  routeUpgrades(server)
  refuseExpectations(server)
  forwardContractRoutes(server, { ...context, limit, sockets })
  return server
}

const HANG_UP_EVERY_MS = 50

/** While it closes, a connection ends with the answer under way on it: nobody's keep-alive holds up the end. */
function hangUpWhenClosing(server: FastifyInstance): void {
  let timer: NodeJS.Timeout | undefined
  server.addHook('preClose', async () => {
    timer = setInterval(() => server.server.closeIdleConnections(), HANG_UP_EVERY_MS)
  })
  server.server.once('close', () => clearInterval(timer))
}

/** `Expect` knows one word, `100-continue`, which Node answers; any other is refused in the one shape. */
function refuseExpectations(server: FastifyInstance): void {
  server.server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const requestId = randomUUID()
    const message = 'The only expectation that can be met is 100-continue.'
    answerErrorOn(response, { code: 'BAD_REQUEST', message, requestId, headers: ['x-request-id', requestId] })
  })
}

type ErrorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => unknown

/** Answers whatever ends at the door, in the one shape. */
function createErrorAnswer({ events }: PublicContext): ErrorHandler {
  return (error, request, reply) => {
    const { status, body, headers } = toErrorAnswer(error, request.id)
    if (status === 500) request.log.error({ err: error }, 'request failed')
    const route = request.match?.route.key ?? 'none'
    events.turnedAway({ route, code: body.code, status, requestId: request.id })
    const type = 'application/json; charset=utf-8'
    return reply
      .status(status)
      .headers({ ...headers, 'x-request-id': request.id })
      .type(type)
      .send(body)
  }
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
