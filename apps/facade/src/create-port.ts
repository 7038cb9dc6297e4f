import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http'
import { ApiError, answerBrokenRequest, type Logger, toErrorAnswer } from '@emotibot/service-kit'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import type { FacadeEvents } from './events.ts'
import { answerError as answerErrorOn } from './forward/answer-error.ts'

const REQUEST_TIMEOUT_MS = 120_000

export type PortOptions = {
  readonly logger: Logger
  readonly events: FacadeEvents
  readonly genReqId: (request: IncomingMessage) => string
  readonly http?: Pick<ServerOptions, 'shouldUpgradeCallback'>
}

/** A listener whose requests become exchanges: one error shape for whatever ends at its door, and an end in bounded time. */
export function createPort({ logger, events, genReqId, http = {} }: PortOptions): FastifyInstance {
  const answerError = createErrorAnswer(events)
  const server: FastifyInstance = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // One line a request is written by events.ts, with what it needs: no logger of its own for each.
    childLoggerFactory: (parent) => parent,
    genReqId,
    requestTimeout: REQUEST_TIMEOUT_MS,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // A missing Host is answered by us, in the one error shape.
    http: { requireHostHeader: false, ...http },
  }) as unknown as FastifyInstance
  server.setErrorHandler(answerError)
  server.setNotFoundHandler(() => {
    throw new ApiError('NOT_FOUND', 'There is nothing at this method and path.')
  })
  hangUpWhenClosing(server)
  refuseExpectations(server)
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
function createErrorAnswer(events: FacadeEvents): ErrorHandler {
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
