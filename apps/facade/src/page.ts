import { ERRORS, errorBody, routes } from '@emotibot/contracts'
import httpProxy from '@fastify/http-proxy'
import type { FastifyInstance } from 'fastify'
import { isHopByHop, isInternal, namedByConnection } from './forward/hop-by-hop.ts'
import { requestHeaders } from './forward/request-headers.ts'
import { faultOf } from './forward/upstream-error.ts'
import type { PublicContext } from './public-server.ts'

const PAGE_PATHS = [routes['ui.page'].path, routes['ui.asset'].path, routes['ui.favicon'].path]

/** The page and its assets: always the monolith's, so there is nothing to decide and the plugin carries them. */
export async function servePage(
  server: FastifyInstance,
  { upstreams, events, config }: PublicContext,
): Promise<void> {
  server.addHook('onResponse', async (request, reply) => {
    if (request.match === null) return
    const { statusCode: status, elapsedTime: ms } = reply
    const route = request.match.route.key
    const ending = { isComplete: reply.raw.writableFinished, isFallback: false, hasFailed: false }
    events.answered({ route, side: 'monolith', status, ms, requestId: request.id, ...ending })
  })
  await server.register(httpProxy, {
    upstream: upstreams.monolith.url,
    undici: {
      connections: 64,
      connect: { timeout: config.connectTimeoutMs },
      headersTimeout: config.headersTimeoutMs,
      bodyTimeout: config.bodyTimeoutMs,
    },
    destroyAgent: true,
    routes: PAGE_PATHS,
    httpMethods: ['GET', 'HEAD'],
    disableRequestLogging: true,
    internalRewriteLocationHeader: false,
    // Its defaults ask up to eleven times when the answer is 503.
    retryMethods: [],
    replyOptions: {
      rewriteRequestHeaders: (request) =>
        recordOf(requestHeaders(request.raw, { client: request.client, requestId: request.id }, null)),
      rewriteHeaders: (headers) => {
        const named = namedByConnection(headers.connection)
        return Object.fromEntries(
          Object.entries(headers).filter(
            ([name]) =>
              !isHopByHop(name) && !isInternal(name) && name !== 'x-request-id' && !named?.has(name),
          ),
        )
      },
      onError: (reply, { error }) => {
        const cause = error.cause instanceof Error ? error.cause : error
        const { code, message } = faultOf(cause)
        const { id: requestId, match } = reply.request
        events.failed({ route: match?.route.key ?? 'ui', requestId, code, error: cause })
        reply.status(ERRORS[code].status).send(errorBody(code, message, requestId))
      },
    },
  })
}

function recordOf(headers: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {}
  for (let at = 0; at < headers.length; at += 2) record[headers[at] ?? ''] = headers[at + 1] ?? ''
  return record
}
