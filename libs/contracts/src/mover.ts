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

export const FeedStatus = Type.Object(
  {
    from: side,
    to: side,
    state: Type.Union([Type.Literal('running'), Type.Literal('faulty'), Type.Literal('stopped')]),
    reason: nullable(Type.String({ description: 'why it is faulty or stopped' })),
    behind: nullable(Type.Object({ entries: Type.Integer(), ms: Type.Number() }, closed)),
    set_aside: nullable(Type.Array(SetAsideChange, { description: 'the first of them' })),
    conflicts: nullable(Type.Integer({ description: 'up to 100' })),
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

/** `waiting` for both stores, `idle` until the backfill is begun, `moving` from then on. What is not known is null. */
export const CarveOutStatus = Type.Object(
  {
    domain: Type.String(),
    state: Type.Union([Type.Literal('waiting'), Type.Literal('idle'), Type.Literal('moving')]),
    reason: nullable(Type.String()),
    feeds: Type.Array(FeedStatus),
    backfill: Type.Array(BackfillStatus),
  },
  closed,
)
export type CarveOutStatus = Static<typeof CarveOutStatus>

export const MoverStatus = Type.Object({ carve_outs: Type.Array(CarveOutStatus) }, closed)
export type MoverStatus = Static<typeof MoverStatus>
