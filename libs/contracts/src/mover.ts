import Type, { type Static } from 'typebox'
import { closed } from './schemas/primitives.ts'

/** What the mover answers on its own port. All but the status ask for a service token whose audience is `MOVER`. */
export const MOVER = 'mover'
export const MOVER_PATHS = {
  status: '/internal/mover',
  /** POST: begins the first copy of a domain; from then on its two stores are kept in step. Once is as good as often. */
  backfill: '/internal/mover/:domain/backfill',
  /** POST: a stopped feed goes on, its reason being gone. */
  resume: '/internal/mover/:domain/resume',
  /** POST: compares both stores in the background, `?repair=true` to have what differs copied by its owner. See the status. */
  verify: '/internal/mover/:domain/verify',
  /**
   * POST: tries once more, now and at both sides, whatever is set aside; answers a `Settled`. `?monolith=4,5&service=7` also
   * dismisses the conflicts kept there under these ids, of which the status lists the first.
   */
  settle: '/internal/mover/:domain/settle',
} as const

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const side = Type.Union([Type.Literal('monolith'), Type.Literal('service')])

export const SetAsideChange = Type.Object(
  {
    entity: Type.String(),
    key: Type.String(),
    reason: Type.String(),
    attempts: Type.Integer(),
    since: Type.String(),
  },
  closed,
)

/** A row that both sides changed, as the destination keeps it; never what was in it. */
export const KeptConflict = Type.Object(
  {
    id: Type.Integer({ description: "the destination's own" }),
    entity: Type.String(),
    key: Type.String(),
    winner: side,
    epochs: Type.Object({ monolith: Type.Integer(), service: Type.Integer() }, closed),
    at: Type.String(),
  },
  closed,
)

export const FeedStatus = Type.Object(
  {
    from: side,
    to: side,
    state: Type.Union([Type.Literal('running'), Type.Literal('faulty'), Type.Literal('stopped')]),
    reason: nullable(Type.String({ description: 'why it is faulty or stopped' })),
    behind: nullable(Type.Object({ entries: Type.Integer(), ms: Type.Number() }, closed)),
    set_aside: nullable(Type.Array(SetAsideChange, { description: 'the first of them' })),
    set_aside_count: Type.Optional(nullable(Type.Integer({ description: 'up to 1000' }))),
    conflicts: nullable(Type.Integer({ description: 'that nobody dismissed, up to 100' })),
    conflict_list: Type.Optional(
      nullable(Type.Array(KeptConflict, { description: 'the first 20 of these, the oldest first' })),
    ),
  },
  closed,
)

export const BackfillStatus = Type.Object(
  {
    entity: Type.String(),
    done: Type.Integer(),
    total: Type.Integer(),
    is_finished: Type.Boolean(),
  },
  closed,
)

export const VerifyStatus = Type.Object(
  {
    state: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]),
    reason: nullable(Type.String({ description: 'why it failed' })),
    compared: Type.Integer(),
    differences: Type.Array(
      Type.Object(
        {
          entity: Type.String(),
          key: Type.String(),
          kind: Type.String({ description: 'on which side it is missing, or `different`' }),
          is_set_aside: Type.Boolean(),
        },
        closed,
      ),
      { description: 'the first 20' },
    ),
    difference_count: Type.Integer(),
    repaired: Type.Integer({ description: 'handed to the feed of their owner' }),
    unsettled: Type.Integer({ description: 'changed all the while: nothing is known of these' }),
    started_at: Type.String(),
    ended_at: nullable(Type.String()),
  },
  closed,
)
export type VerifyStatus = Static<typeof VerifyStatus>

/** The flip that is being driven, and the step it is at. */
export const FlipProgress = Type.Object(
  { id: Type.String(), step: Type.String(), for_ms: Type.Number({ description: 'in this step' }) },
  closed,
)
export type FlipProgress = Static<typeof FlipProgress>

/** What became of the changes that were set aside, and how many conflicts were dismissed. */
export const Settled = Type.Object(
  { retried: Type.Integer(), left: Type.Integer(), dismissed: Type.Optional(Type.Integer()) },
  closed,
)
export type Settled = Static<typeof Settled>

/** `waiting` for both stores, `idle` until the backfill is begun, `moving` from then on. What is not known is null. */
export const CarveOutStatus = Type.Object(
  {
    domain: Type.String(),
    state: Type.Union([Type.Literal('waiting'), Type.Literal('idle'), Type.Literal('moving')]),
    reason: nullable(Type.String()),
    feeds: Type.Array(FeedStatus),
    backfill: Type.Array(BackfillStatus),
    // Optional, so that a facade understands a mover of an older build.
    is_backfilled: Type.Optional(Type.Boolean({ description: 'every row there was is in the feed' })),
    users: Type.Optional(
      nullable(Type.Integer({ description: 'rows of the first entity: of auth they are the users' })),
    ),
    verify: Type.Optional(nullable(VerifyStatus)),
    flip: Type.Optional(nullable(FlipProgress)),
  },
  closed,
)
export type CarveOutStatus = Static<typeof CarveOutStatus>

export const MoverStatus = Type.Object({ carve_outs: Type.Array(CarveOutStatus) }, closed)
export type MoverStatus = Static<typeof MoverStatus>
