import Type, { type Static } from 'typebox'
import { ErrorBody } from './errors.ts'
import { closed } from './schemas/primitives.ts'

/** What every process answers on its own port; the facade never passes these on. */
export const INTERNAL_PATHS = {
  live: '/health/live',
  ready: '/health/ready',
  about: '/internal/about',
  /**
   * 204 once the position in the request's header is applied here; 503 `behind` when that takes too long. The answer's
   * position, where there is one, is how far this store itself is: who has that too has also what came here from others.
   */
  applied: '/internal/applied',
  metrics: '/internal/metrics',
} as const

/**
 * Headers of answers between our own processes. The facade acts on them and takes them off.
 *
 * `refused`: why nothing was executed (`RefusedBecause`). `revoked`: the ids of the sessions that this answer ended, by comma.
 */
export const INTERNAL_HEADERS = { refused: 'emotibot-refused', revoked: 'emotibot-revoked' } as const

/**
 * `stale-epoch`: 409, the store does not own the partition. `misdirected`: 421, the user that a login means is another
 * side's to judge. `behind`: 503, the store has not applied the request's position in time. In each case nothing was
 * executed, and the other side may be asked.
 */
export type RefusedBecause = 'stale-epoch' | 'misdirected' | 'behind'

/** Of the auth service: the public keys its tokens are verified with, as a JWKS. */
export const JWKS_PATH = '/internal/jwks'

/** Of both sides of auth. POST, the token in question as bearer: what this store knows of its session, a `SessionState`. */
export const SESSION_PATH = '/internal/session'

/**
 * What one store says of a token's session, and whether it owns the user's partition of `auth`; both read at one
 * moment. The owner's word is the last: it has applied every end that was answered before it came to own.
 *
 * `live`: the token is genuine, its time aside, and its session goes on. `ended`: it is genuine and the session was
 * ended, or its owner has none. `unknown`: the token cannot be verified here, or its session has not arrived.
 */
export const SessionState = Type.Object(
  {
    state: Type.Union([Type.Literal('live'), Type.Literal('ended'), Type.Literal('unknown')]),
    is_owner: Type.Boolean(),
  },
  closed,
)
export type SessionState = Static<typeof SessionState>

/**
 * Paths that only our own processes ask, through the facade's internal port, which sends them to the side that answers
 * the route they are `as`. Each side of the domain answers them; all ask for a service token whose audience is
 * `INTERNAL` and name the user they are for in `ON_BEHALF_OF`.
 */
export const INTERNAL_ROUTES = {
  /** GET, of conversation: 200 with a `TurnFound`, 404 NOT_FOUND where the user has no such turn. */
  turn: { path: '/internal/turns/:id', as: 'conversation.history' },
  /** GET, of emotion: the user's latest 200 turns as they were felt, newest first; a `FeltTurns`. */
  felt: { path: '/internal/felt', as: 'emotion.trends' },
} as const
export const INTERNAL = 'internal'

/** Headers of a request at the facade's internal port. The facade alone passes them on, and only from that port. */
export const ON_BEHALF_OF = {
  /** A service token whose audience is `INTERNAL`; `authorization` stays the user's own, where the caller has it. */
  token: 'emotibot-service-token',
  user: 'emotibot-user',
  /** The folded username, in `encodeURIComponent`'s form: header values are bytes. */
  partition: 'emotibot-partition',
} as const

export const TurnFound = Type.Object({ turn_id: Type.String(), user_id: Type.String() }, closed)
export type TurnFound = Static<typeof TurnFound>

/** How turns sounded, or what their user says they were. */
export const FeltTurns = Type.Object(
  {
    turns: Type.Array(
      Type.Object(
        {
          emotion: Type.Union([Type.String(), Type.Null()]),
          polarity: Type.Union([Type.Number(), Type.Null()]),
        },
        closed,
      ),
      { maxItems: 200 },
    ),
  },
  closed,
)
export type FeltTurns = Static<typeof FeltTurns>

/** POST, of services that take events in: an `EventBatch`; 204 once it is durable there, 409 where the one before is missing. */
export const EVENTS_PATH = '/internal/events'
/** GET: `{dead_letters: DeadLetter[]}`, the oldest 100. */
export const DEAD_LETTERS_PATH = '/internal/dead-letters'
/** POST: takes the event in once more; 204 once it is, 409 with the reason where it still is not. */
export const REPLAY_DEAD_LETTER_PATH = '/internal/dead-letters/:id/replay'

/** Who a process is, and which routes it can answer: a flip asks this before it sends anybody there. */
export const About = Type.Object(
  {
    name: Type.String(),
    build: Type.String({ description: 'version and source revision' }),
    routes: Type.Array(Type.String()),
  },
  closed,
)
export type About = Static<typeof About>

/** Which partitions a store owns of a write group: buckets `[low, high)`, `allow` beside them, never `deny`. */
export const Authority = Type.Object(
  {
    group: Type.String(),
    epoch: Type.Integer(),
    rule: Type.Object(
      {
        low: Type.Integer(),
        high: Type.Integer(),
        allow: Type.Array(Type.String()),
        deny: Type.Array(Type.String()),
      },
      closed,
    ),
  },
  closed,
)
export type Authority = Static<typeof Authority>

/** 409 STALE_EPOCH: the one error shape, and the row that refused. */
export const StaleEpochBody = Type.Object({ ...ErrorBody.properties, authority: Authority }, closed)
export type StaleEpochBody = Static<typeof StaleEpochBody>

export const Health = Type.Object(
  {
    status: Type.String(),
    checks: Type.Record(Type.String(), Type.String()),
  },
  closed,
)
export type Health = Static<typeof Health>
