import {
  type Domain,
  encodePosition,
  IdempotencyKey,
  INTERNAL_HEADERS,
  POSITION_HEADER,
  type Position,
  type RouteDefinition,
  type RouteKey,
  type Routes,
  routeOf,
  sessionCookie,
} from '@emotibot/contracts'
import { Ajv } from 'ajv'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Static, TSchema } from 'typebox'
import { awaitPosition, giveTimeToArrive, type IsApplied } from './applied.ts'
import { ApiError } from './errors.ts'
import { checkOrigin, type Identity, identify, isPastHalfLife, type VerifyToken } from './identity.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    routeKey?: string
  }
}

type Part<R, Name extends string> = R extends { readonly [N in Name]: infer S extends TSchema }
  ? Static<S>
  : undefined
type Who<R> = R extends { readonly access: 'user' }
  ? Identity
  : R extends { readonly access: 'public' }
    ? null
    : Identity | null

/** One call of a contract route, checked and typed by its schemas. */
export type Call<K extends RouteKey> = {
  readonly body: Part<Routes[K], 'body'>
  readonly params: Part<Routes[K], 'params'>
  readonly query: Part<Routes[K], 'query'>
  readonly identity: Who<Routes[K]>
  readonly idempotencyKey: string | null
  readonly request: FastifyRequest
}

/** A success of a route. `body` null answers without one; a stream is sent as it is. */
export type Result = {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string | string[]>>
  /** Of the write that this answers: who comes with it later reads that write, on either side. */
  readonly position?: Position
  /** The ids of the sessions that this ended: no answer reaches the client before every facade knows them. */
  readonly revoked?: readonly string[]
}
export type Handler<K extends RouteKey> = (call: Call<K>) => Promise<Result> | Result
export type Handlers = { readonly [K in RouteKey]?: Handler<K> }

export type IdentityOptions = {
  readonly verify: VerifyToken
  /** Makes a fresh token of the same session, or null once that has ended; null where this process signs none. */
  readonly renew: ((identity: Identity) => Promise<string | null>) | null
}

export type MountOptions = IdentityOptions & {
  /** Requests with a position wait for it. Left out: nothing here follows another store. */
  readonly isApplied?: IsApplied
  /**
   * The domains whose rows come here from another store too; every one unless said. Routes of the others are answered from
   * rows that are all here, so when a position does not arrive (its mover is down) they go on.
   */
  readonly follows?: readonly Domain[]
}

/** Registers contract routes: schemas, limits, who may call, and origin come from the contract; handlers do the rest. */
export function mountRoutes(server: FastifyInstance, handlers: Handlers, options: MountOptions): void {
  for (const key of Object.keys(handlers) as RouteKey[]) {
    const handler = handlers[key]
    if (handler) mountRoute(server, routeOf(key), { handler: handler as LooseHandler, options })
  }
}

type LooseHandler = (call: Record<string, unknown>) => Promise<Result> | Result
type Mounted = { handler: LooseHandler; options: MountOptions }

function mountRoute(server: FastifyInstance, route: RouteDefinition, { handler, options }: Mounted): void {
  const identities = new WeakMap<FastifyRequest, Identity | null>()
  server.route({
    method: route.method,
    url: route.path,
    bodyLimit: route.bodyLimitBytes,
    config: { routeKey: route.key },
    schema: schemaOf(route),
    // Before the body is read: nobody's body is parsed for a request that will be refused anyway.
    onRequest: async (request) => {
      checkOrigin(request)
      // Before the token is looked at: its session may be the very thing that has not arrived.
      await catchUp(request, route.domain, options)
      identities.set(request, await identify(request, route, options.verify))
    },
    handler: async (request, reply) => {
      const who = identities.get(request) ?? null
      const { body, params, query } = request
      const result = await handler({
        body,
        params,
        query,
        identity: who,
        idempotencyKey: idempotencyKeyOf(request),
        request,
      })
      await renewCookie(reply, who, options)
      return send(reply, result)
    },
  })
}

async function catchUp(
  request: FastifyRequest,
  domain: Domain,
  { isApplied, follows }: MountOptions,
): Promise<void> {
  if (!isApplied) return
  const isFollowed = follows?.includes(domain) ?? true
  await (isFollowed ? awaitPosition : giveTimeToArrive)(request, isApplied)
}

function schemaOf(route: RouteDefinition) {
  const success = Object.entries(route.success).filter(([, answer]) => answer.schema !== null)
  return {
    ...(route.body ? { body: route.body } : {}),
    ...(route.params ? { params: route.params } : {}),
    ...(route.query ? { querystring: route.query } : {}),
    response: Object.fromEntries(success.map(([status, answer]) => [status, answer.schema])),
  }
}

const isIdempotencyKey = new Ajv({ strict: false }).compile(IdempotencyKey)

function idempotencyKeyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key === 'string' && isIdempotencyKey(key)) return key
  throw new ApiError(
    'BAD_REQUEST',
    'The Idempotency-Key must be 1 to 128 characters of letters, digits and _ . : -',
  )
}

async function renewCookie(
  reply: FastifyReply,
  who: Identity | null,
  { renew }: MountOptions,
): Promise<void> {
  if (who?.via !== 'cookie' || !renew || !isPastHalfLife(who.claims, Date.now())) return
  const token = await renew(who)
  if (token !== null) reply.header('set-cookie', sessionCookie(token, reply.request.protocol === 'https'))
}

function send(reply: FastifyReply, result: Result) {
  const { status, body, headers = {} } = result
  reply.status(status).headers(headers).headers(internalHeaders(result))
  return body === null ? reply.send() : reply.send(body)
}

function internalHeaders({ position = {}, revoked = [] }: Result): Record<string, string> {
  const reached = encodePosition(position)
  return {
    ...(reached === '' ? {} : { [POSITION_HEADER]: reached }),
    ...(revoked.length === 0 ? {} : { [INTERNAL_HEADERS.revoked]: revoked.join() }),
  }
}
