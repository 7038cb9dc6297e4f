import { type ControlKey, type ControlRoute, controlRoutes } from '@emotibot/contracts'
import { ApiError, toErrorAnswer } from '@emotibot/service-kit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ControlContext } from './context.ts'
import { ControlError, LedgerDownError, RefusedError } from './errors.ts'
import { isDatabaseFault } from './flips/committing.ts'
import { handlers } from './handlers.ts'
import type { Operator, Operators } from './operators.ts'
import { Watchers } from './watchers.ts'

/** Registers the contract's control routes: who may call, schemas and errors are the same for all of them. */
export function mountControlRoutes(
  server: FastifyInstance,
  context: ControlContext,
  operators: Operators,
): void {
  const watchers = new Watchers(context)
  server.addHook('preClose', async () => watchers.close())
  server.setErrorHandler(answerControlError)
  for (const key of Object.keys(controlRoutes) as ControlKey[])
    mountRoute(server, controlRoutes[key], {
      handler: handlers[key] as LooseHandler,
      context,
      operators,
      watchers,
    })
}

type LooseHandler = (call: Record<string, unknown>) => unknown
type Mounted = {
  readonly handler: LooseHandler
  readonly context: ControlContext
  readonly operators: Operators
  readonly watchers: Watchers
}

function mountRoute(server: FastifyInstance, route: ControlRoute, mounted: Mounted): void {
  const { handler, context, operators, watchers } = mounted
  const callers = new WeakMap<FastifyRequest, Operator>()
  server.route({
    method: route.method,
    url: route.path,
    schema: schemaOf(route),
    // Before the body is read: a stranger's is not.
    onRequest: async (request) => {
      callers.set(request, admitOrThrow(request, route, operators))
    },
    handler: (request, reply) => {
      const { body, query, params } = request
      return handler({
        body,
        query,
        params,
        operator: callers.get(request),
        context,
        watchers,
        request,
        reply,
      })
    },
  })
}

function schemaOf({ body, query, params }: ControlRoute) {
  return { ...(body && { body }), ...(query && { querystring: query }), ...(params && { params }) }
}

function admitOrThrow(request: FastifyRequest, { role }: ControlRoute, operators: Operators): Operator {
  const token = /^Bearer +(\S{1,512})$/i.exec(request.headers.authorization ?? '')?.[1]
  const operator = token === undefined ? null : operators.find(token)
  if (!operator)
    throw new ApiError('UNAUTHENTICATED', 'Send a known operator token: Authorization: Bearer TOKEN.')
  if (role === 'operator' && operator.role !== 'operator')
    throw new ControlError('FORBIDDEN_ROLE', `${operator.name} is a viewer; only an operator may do this.`)
  return operator
}

function answerControlError(thrown: unknown, request: FastifyRequest, reply: FastifyReply) {
  const error = isDatabaseFault(thrown) ? new LedgerDownError({ cause: thrown }) : thrown
  if (error instanceof ControlError) {
    const plan = error instanceof RefusedError ? { plan: error.plan } : {}
    return reply.status(error.status).send({ ...error.answer, request_id: request.id, ...plan })
  }
  const { status, body, headers } = toErrorAnswer(error, request.id)
  if (status === 500) request.log.error({ err: thrown }, 'a control request failed')
  return reply.status(status).headers(headers).send(body)
}
