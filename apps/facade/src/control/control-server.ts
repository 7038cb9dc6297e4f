import type { ControlRoute } from '@emotibot/contracts'
import { ApiError, createServer, toErrorAnswer } from '@emotibot/service-kit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { FacadeConfig } from '../config.ts'
import { exposeTally } from '../tally.ts'
import type { ControlContext } from './context.ts'
import { controlHandlers, listedControlRoutes } from './control-routes.ts'
import { ControlError, LedgerDownError, RefusedError } from './errors.ts'
import { type Operator, Operators } from './operators.ts'
import { serveReference } from './reference.ts'
import { Watchers } from './watchers.ts'

/** The migration team's port: the control API, this process's own health and metrics, the API reference. */
export async function createControlServer(
  context: ControlContext,
  config: FacadeConfig,
): Promise<FastifyInstance> {
  const { ledger, logger, tally } = context
  const server = createServer({
    name: 'facade',
    logLevel: config.logLevel,
    logger,
    checks: { routing: () => assertRouting(context) },
  })
  exposeTally(server.metrics, tally, () => ledger.snapshot?.version ?? 0)
  await serveReference(server)
  const file = config.operatorsFile || `${config.dataDir}/operators.json`
  await server.register((scope) => mountControlRoutes(scope, context, new Operators(file, logger)))
  return server
}

function assertRouting({ ledger }: ControlContext): void {
  if (ledger.snapshot === null) throw new Error('no snapshot of the ledger was read yet')
}

async function mountControlRoutes(
  scope: FastifyInstance,
  context: ControlContext,
  operators: Operators,
): Promise<void> {
  scope.setErrorHandler(answerControlError)
  const watchers = new Watchers(context)
  scope.addHook('preClose', async () => watchers.close())
  for (const [key, route] of listedControlRoutes) {
    const asking = new WeakMap<FastifyRequest, Operator>()
    scope.route({
      method: route.method,
      url: route.path,
      schema: schemaOf(route),
      onRequest: async (request) => {
        asking.set(request, admitOrThrow(request, route, operators))
      },
      handler: (request, reply) => {
        const operator = asking.get(request)
        if (!operator) throw new ApiError('UNAUTHENTICATED', 'Send an operator token.')
        return controlHandlers[key]({ request, reply, operator, context, watchers })
      },
    })
  }
}

function schemaOf({ body, query, params }: ControlRoute) {
  return { ...(body && { body }), ...(query && { querystring: query }), ...(params && { params }) }
}

function admitOrThrow(request: FastifyRequest, route: ControlRoute, operators: Operators): Operator {
  const token = /^Bearer +(\S{1,512})$/i.exec(request.headers.authorization ?? '')?.[1]
  const operator = token === undefined ? null : operators.find(token)
  if (!operator)
    throw new ApiError('UNAUTHENTICATED', 'Send a known operator token: Authorization: Bearer TOKEN.')
  if (route.role === 'operator' && operator.role !== 'operator')
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

const CONNECTION_FAULTS = /^(?:CONNECTION_|CONNECT_TIMEOUT|ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|57P0|57014|08)/

/** A connection that failed, a server that is shutting down, a statement that took too long. */
function isDatabaseFault(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && CONNECTION_FAULTS.test(String(thrown.code))
}
