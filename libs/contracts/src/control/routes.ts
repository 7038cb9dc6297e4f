import Type, { type TObject, type TSchema } from 'typebox'
import { CarveOutStatus } from '../mover.ts'
import { closed } from '../schemas/primitives.ts'
import { AbortedFlip, FlipRequest, Plan, Receipt, RollbackRequest } from './flips.ts'
import {
  AuditEntry,
  CarveOuts,
  DeadLetterName,
  DeadLetters,
  ReplayedDeadLetters,
  SeenConflicts,
  SettledCarveOut,
  Status,
  Why,
} from './schemas.ts'

export const ROLES = ['viewer', 'operator'] as const
export type Role = (typeof ROLES)[number]

export type ControlRoute = {
  readonly key: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** A viewer looks; an operator also acts. */
  readonly role: Role
  readonly summary: string
  readonly query?: TObject
  readonly params?: TObject
  readonly body?: TSchema
  readonly answer: TSchema
}

/** Answered with 409 when something is refused: every reason at once, and nothing changed. */
export const RefusedBody = Type.Object(
  {
    error: Type.String(),
    code: Type.Literal('REFUSED'),
    message: Type.String(),
    request_id: Type.String(),
    plan: Plan,
  },
  closed,
)

/** Codes only the control API answers, beside those of the public contract. */
export const CONTROL_ERRORS = {
  FORBIDDEN_ROLE: { status: 403, error: 'Forbidden' },
  UNKNOWN_NAME: { status: 400, error: 'Bad request' },
  REFUSED: { status: 409, error: 'Refused' },
  /** Nothing was done: the mover was not reached, or cannot be commanded from here. */
  MOVER_DOWN: { status: 503, error: 'Service unavailable' },
  /** It was ordered, and may or may not have happened: look before trying again. */
  OUTCOME_UNKNOWN: { status: 504, error: 'Outcome unknown' },
  LEDGER_DOWN: { status: 503, error: 'Service unavailable' },
} as const

const why = Type.Optional(Type.String({ maxLength: 500 }))
const flipParams = Type.Object({ flip: Type.String({ minLength: 1, maxLength: 64 }) }, closed)
const domainParams = Type.Object({ domain: Type.String({ minLength: 1, maxLength: 64 }) }, closed)

const control = <const R extends ControlRoute>(route: R): R => Object.freeze(route)

/** The control API: what fig and the console speak, on a port of its own, behind named operator tokens. */
export const controlRoutes = {
  status: control({
    key: 'status',
    method: 'GET',
    path: '/control/status',
    role: 'viewer',
    summary: 'Every route, upstream and replica.',
    answer: Status,
  }),
  plan: control({
    key: 'plan',
    method: 'POST',
    path: '/control/plan',
    role: 'viewer',
    summary: 'What a flip would do, and every reason it would be refused. Changes nothing.',
    body: FlipRequest,
    answer: Plan,
  }),
  flip: control({
    key: 'flip',
    method: 'POST',
    path: '/control/flips',
    role: 'operator',
    summary: 'Do it. 409 REFUSED names every reason.',
    body: FlipRequest,
    answer: Receipt,
  }),
  flipOf: control({
    key: 'flipOf',
    method: 'GET',
    path: '/control/flips/:flip',
    role: 'viewer',
    summary: 'The receipt of a flip.',
    params: flipParams,
    answer: Receipt,
  }),
  abort: control({
    key: 'abort',
    method: 'POST',
    path: '/control/flips/:flip/abort',
    role: 'operator',
    summary:
      'Have a flip that moves data given up, while it can be: then all is as before. 409 REFUSED once it cannot.',
    params: flipParams,
    body: Type.Object({ why }, closed),
    answer: AbortedFlip,
  }),
  rollback: control({
    key: 'rollback',
    method: 'POST',
    path: '/control/rollback',
    role: 'operator',
    summary: 'Take routes, domains, everything, or one flip back. Evidence is not asked for.',
    body: RollbackRequest,
    answer: Receipt,
  }),
  freeze: control({
    key: 'freeze',
    method: 'POST',
    path: '/control/freeze',
    role: 'operator',
    summary: 'Nothing flips forward until unfrozen; rolling back stays possible.',
    body: Type.Object({ frozen: Type.Boolean(), why }, closed),
    answer: Type.Object({ is_frozen: Type.Boolean() }, closed),
  }),
  carveOuts: control({
    key: 'carveOuts',
    method: 'GET',
    path: '/control/carve-outs',
    role: 'viewer',
    summary: 'What the mover says now: feeds, backfill, verify, what is set aside, conflicts.',
    answer: CarveOuts,
  }),
  backfill: control({
    key: 'backfill',
    method: 'POST',
    path: '/control/carve-outs/:domain/backfill',
    role: 'operator',
    summary:
      "Begin a domain's first copy; from then on its stores are kept in step. Asking again changes nothing.",
    params: domainParams,
    body: Type.Object({ why }, closed),
    answer: CarveOutStatus,
  }),
  verify: control({
    key: 'verify',
    method: 'POST',
    path: '/control/carve-outs/:domain/verify',
    role: 'operator',
    summary:
      'Begin comparing both stores row by row; `repair` has each difference copied anew from its owner.',
    params: domainParams,
    body: Type.Object({ repair: Type.Optional(Type.Boolean()), why }, closed),
    answer: CarveOutStatus,
  }),
  settle: control({
    key: 'settle',
    method: 'POST',
    path: '/control/carve-outs/:domain/settle',
    role: 'operator',
    summary:
      'Try what is set aside again now, and let stopped feeds go on; `conflicts` names those to dismiss, which somebody looked at.',
    params: domainParams,
    body: Type.Object({ conflicts: Type.Optional(SeenConflicts), why }, closed),
    answer: SettledCarveOut,
  }),
  deadLetters: control({
    key: 'deadLetters',
    method: 'GET',
    path: '/control/dead-letters',
    role: 'viewer',
    summary: 'Events that services could not take in, the oldest 100 of each, with their reasons.',
    answer: DeadLetters,
  }),
  replayDeadLetters: control({
    key: 'replayDeadLetters',
    method: 'POST',
    path: '/control/dead-letters/replay',
    role: 'operator',
    summary: 'Have these taken in once more; each answers for itself. Asking again does no harm.',
    body: Type.Object(
      { dead_letters: Type.Array(DeadLetterName, { minItems: 1, maxItems: 500 }), why },
      closed,
    ),
    answer: ReplayedDeadLetters,
  }),
  audit: control({
    key: 'audit',
    method: 'GET',
    path: '/control/audit',
    role: 'viewer',
    summary: 'Who did what and why, newest first.',
    query: Type.Object(
      { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })) },
      closed,
    ),
    answer: Type.Object({ entries: Type.Array(AuditEntry) }, closed),
  }),
  why: control({
    key: 'why',
    method: 'GET',
    path: '/control/why',
    role: 'viewer',
    summary: 'Which side would answer this user on this route, and why.',
    query: Type.Object(
      {
        user: Type.String({ minLength: 1, maxLength: 254 }),
        route: Type.String({ minLength: 1, maxLength: 64 }),
      },
      closed,
    ),
    answer: Why,
  }),
  watch: control({
    key: 'watch',
    method: 'GET',
    path: '/control/watch',
    role: 'viewer',
    summary: 'Server-sent events: a `status` on every change and every few seconds.',
    answer: Status,
  }),
} as const
export type ControlKey = keyof typeof controlRoutes
