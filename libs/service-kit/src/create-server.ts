import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import {
  type About,
  encodePosition,
  errorBody,
  INTERNAL_PATHS,
  POSITION_HEADER,
  type Position,
} from '@emotibot/contracts'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { awaitPosition, type IsApplied } from './applied.ts'
import { ApiError, toErrorAnswer } from './errors.ts'
import { createLogger, type Logger } from './logger.ts'
import { createMetrics } from './metrics.ts'
import { compileValidator } from './validation.ts'

export type ServerOptions = {
  name: string
  logLevel: string
  /** Addresses whose `X-Forwarded-For` is believed; nobody's when false. */
  trustProxy?: string[] | false
  /** Route keys this process answers; the facade asks before it flips a route here. */
  routes?: readonly string[]
  /** Named checks of what this process needs; any that throws makes it not ready. */
  checks?: Readonly<Record<string, () => unknown>>
  /** Answers `/internal/applied` and belongs in `mountRoutes`' options too. Left out: nothing here follows another store. */
  isApplied?: IsApplied
  /** Where the store of this process is now, told with what it has applied: so that what came by it can be waited for elsewhere. */
  position?: () => Position | Promise<Position>
  logger?: Logger
}

export type Server = FastifyInstance

const REQUEST_TIMEOUT_MS = 30_000
const REQUEST_ID = /^[\w.:-]{1,128}$/

/**
 * A Fastify server with what every process has: one error shape, request ids, bounds, health, metrics, and who it is.
 * Mount contract routes with `mountRoutes`.
 */
export function createServer(options: ServerOptions): Server {
  const logger = options.logger ?? createLogger(options.name, options.logLevel)
  const server: Server = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
    trustProxy: options.trustProxy ?? false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 256 },
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
    clientErrorHandler: answerBrokenRequest,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  }) as unknown as Server
  server.setValidatorCompiler(compileValidator)
  readJson(server)
  handleErrors(server)
  addHealth(server, options)
  createMetrics(server)
  return server
}

function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && REQUEST_ID.test(header) ? header : randomUUID()
}

/** An empty body is no body, whatever its content type says: a DELETE from a client that always says JSON is fine. */
function readJson(server: Server): void {
  const parseJson = server.getDefaultJsonParser('error', 'error')
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined)
    else parseJson(request, body.toString(), done)
  })
}

function handleErrors(server: Server): void {
  server.setErrorHandler(answerError)
  server.setNotFoundHandler((request, reply) => {
    const body = errorBody('NOT_FOUND', 'There is nothing at this method and path.', request.id)
    return reply.status(404).send(body)
  })
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    refuseRepeatedHeaders(request.raw.rawHeaders)
  })
}

function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply) {
  const { status, body, headers } = toErrorAnswer(thrown, request.id)
  if (status === 500) request.log.error({ err: thrown, route: request.routeOptions.url }, 'request failed')
  return reply.status(status).headers(headers).type('application/json; charset=utf-8').send(body)
}

/** Headers that mean one thing; said twice, two readers may hear two things. */
const SINGLE = new Set([
  'authorization',
  'content-type',
  'host',
  'origin',
  'idempotency-key',
  'content-length',
  'x-request-id',
])

/** Throws BAD_REQUEST when a header that must stand once stands twice. `rawHeaders` is name, value, name, value. */
export function refuseRepeatedHeaders(rawHeaders: readonly string[]): void {
  const seen = new Set<string>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? ''
    if (!SINGLE.has(name)) continue
    if (seen.has(name)) throw new ApiError('BAD_REQUEST', `The header ${name} stands more than once.`)
    seen.add(name)
  }
}

/** What Node's parser refuses before there is a request: a bad request line, conflicting lengths, oversize headers. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const timedOut = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const [status, reason] = timedOut
    ? [408, 'Request Timeout']
    : tooLarge
      ? [431, 'Request Header Fields Too Large']
      : [400, 'Bad Request']
  const code = timedOut ? 'TIMEOUT' : tooLarge ? 'TOO_LARGE' : 'BAD_REQUEST'
  const body = JSON.stringify(errorBody(code, 'The request could not be read as HTTP/1.1.', randomUUID()))
  const head = `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`
  socket.end(head + body)
}

function addHealth(
  server: Server,
  { name, routes = [], checks = {}, isApplied, position }: ServerOptions,
): void {
  const about: About = { name, build: process.env['npm_package_version'] ?? '0.1.0', routes: [...routes] }
  server.get(INTERNAL_PATHS.live, () => ({ status: 'ok', checks: {} }))
  server.get(INTERNAL_PATHS.about, () => about)
  server.get(INTERNAL_PATHS.applied, async (request, reply) => {
    if (isApplied) await awaitPosition(request, isApplied)
    if (position) reply.header(POSITION_HEADER, encodePosition(await position()))
    return reply.status(204).send()
  })
  server.get(INTERNAL_PATHS.ready, async (_request, reply) => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([check, run]) => [check, await outcomeOf(run)] as const),
    )
    const isReady = results.every(([, outcome]) => outcome === 'ok')
    return reply
      .status(isReady ? 200 : 503)
      .send({ status: isReady ? 'ok' : 'not ready', checks: Object.fromEntries(results) })
  })
}

const CHECK_TIMEOUT_MS = 2_000

async function outcomeOf(run: () => unknown): Promise<string> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MS)
  try {
    await Promise.race([Promise.resolve().then(run), late])
    return 'ok'
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  } finally {
    clearTimeout(timer)
  }
}
