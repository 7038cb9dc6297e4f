import type { TObject, TSchema } from 'typebox'
import type { ErrorCode } from './errors.ts'

export const DOMAINS = ['auth', 'emotion', 'conversation', 'ai', 'realtime', 'ui'] as const
export type Domain = (typeof DOMAINS)[number]

/** The write routes of one domain that touch the same rows move together. */
export type WriteGroup = 'auth.claim' | 'auth' | 'emotion' | 'conversation'

/**
 * `pure` reads and writes nothing; `command` is carried out in every group under that group's own
 * authority; `socket` is a connection that stays.
 */
export type Effect = 'read' | 'write' | 'pure' | 'command' | 'socket'

/** `public` never looks at identity; `guest` takes a signed-in user or nobody; `user` must be signed in. */
export type Access = 'public' | 'guest' | 'user'

/** How parity compares two answers to one request, and which fields differ by nature. */
export type ParityRule = {
  /** `json`: equal after volatile fields are masked. `bytes`: equal as they are. `frames`: a socket's stream. */
  readonly compare: 'json' | 'bytes' | 'frames'
  /** Paths of ids, times and tokens, `*` for every element: `turns.*.id`. Masked by kind, so a missing one is still seen. */
  readonly volatile: readonly string[]
}

/** A success answer: `schema` null means no body. */
export type Answer = {
  readonly schema: TSchema | null
  readonly contentType?: string
  readonly description: string
}

export type RouteDefinition = {
  readonly key: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `:name` is one segment; `*` at the end is the rest. */
  readonly path: string
  readonly domain: Domain
  readonly effect: Effect
  readonly group: WriteGroup | null
  readonly access: Access
  /** `identity`: the folded username of the token, else the visitor. `body.username`: the name being claimed or logged in. */
  readonly partition: 'identity' | 'body.username'
  readonly summary: string
  readonly params?: TObject
  readonly query?: TObject
  readonly body?: TSchema
  /** Other domains whose rows the answer is made from, beside those of its own. */
  readonly alsoReads?: readonly Domain[]
  /** Fields of the body that must never be hashed, logged or stored. */
  readonly secrets?: readonly string[]
  /** Largest body read, in bytes; larger is 413. */
  readonly bodyLimitBytes: number
  /** Takes a cookie whose token is past its time while its session lives; the answer renews it. */
  readonly renews?: boolean
  /** `keyed`: an Idempotency-Key makes a retry answer as the first time. `repeatable`: doing it twice is doing it once. */
  readonly retry: 'keyed' | 'repeatable'
  readonly success: Readonly<Record<number, Answer>>
  readonly errors: readonly ErrorCode[]
  readonly parity: ParityRule
}

type Defaults = 'group' | 'partition' | 'bodyLimitBytes' | 'retry'
type Given = Omit<RouteDefinition, Defaults> & Partial<Pick<RouteDefinition, Defaults>>

/** Enough for any text of the contract even when every character is escaped. */
export const BODY_LIMIT_BYTES = 256 * 1024

const defaults = {
  group: null,
  partition: 'identity',
  bodyLimitBytes: BODY_LIMIT_BYTES,
  retry: 'repeatable',
} as const

type WithDefaults<R extends Given> = Omit<typeof defaults, keyof R> & R

/** Declares a route once; the literal types of key, schemas and answers are kept for clients and handlers. */
export function defineRoute<const R extends Given>(route: R): WithDefaults<R> {
  return Object.freeze({ ...defaults, ...route }) as WithDefaults<R>
}
