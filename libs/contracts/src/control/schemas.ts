import Type, { type Static } from 'typebox'
import { DeadLetter } from '../events.ts'
import { CarveOutStatus, Settled } from '../mover.ts'
import { closed, NullableString, OneOf, Time } from '../schemas/primitives.ts'
import { Side, Stage } from '../stages.ts'
import { FlipUnderWay } from './flips.ts'

const NullableTime = NullableString

/** Where one route stands. `share` is the percent of partitions on the service: 0 on the monolith, 100 on the service. */
export const RouteStatus = Type.Object(
  {
    key: Type.String(),
    domain: Type.String(),
    group: NullableString,
    effect: Type.String(),
    stage: Stage,
    share: Type.Integer({ minimum: 0, maximum: 100 }),
    epoch: Type.Integer({ description: 'grows with every flip of this route' }),
    changed_at: NullableTime,
    changed_by: NullableString,
    requests: Type.Object(
      {
        monolith: Type.Integer(),
        service: Type.Integer(),
        fallback: Type.Integer({ description: 'answered by the other side because its own could not' }),
        failed: Type.Integer(),
      },
      { ...closed, description: 'since this replica started' },
    ),
  },
  closed,
)
export type RouteStatus = Static<typeof RouteStatus>

export const UpstreamStatus = Type.Object(
  {
    name: Type.String(),
    is_ready: Type.Boolean(),
    breaker: OneOf(['closed', 'open', 'half-open']),
    build: NullableString,
    reason: NullableString,
  },
  closed,
)
export type UpstreamStatus = Static<typeof UpstreamStatus>

export const ReplicaStatus = Type.Object(
  { id: Type.String(), version: Type.Integer(), seen_at: Time, is_live: Type.Boolean() },
  closed,
)
export type ReplicaStatus = Static<typeof ReplicaStatus>

/** Whether the facade reaches the mover; without it nothing that moves data flips. */
export const MoverReach = Type.Object({ is_up: Type.Boolean(), reason: NullableString }, closed)
export type MoverReach = Static<typeof MoverReach>

/** What the mover says of every domain that is carved out; of none while it is away. */
export const CarveOuts = Type.Object({ mover: MoverReach, carve_outs: Type.Array(CarveOutStatus) }, closed)
export type CarveOuts = Static<typeof CarveOuts>

const Ids = Type.Optional(Type.Array(Type.Integer({ minimum: 1 }), { maxItems: 100 }))
/** Ids of conflicts that a person has looked at, by the side that keeps them. */
export const SeenConflicts = Type.Object({ monolith: Ids, service: Ids }, closed)
export type SeenConflicts = Static<typeof SeenConflicts>

/** What became of what was set aside, and how the domain stands since. */
export const SettledCarveOut = Type.Object({ ...Settled.properties, carve_out: CarveOutStatus }, closed)
export type SettledCarveOut = Static<typeof SettledCarveOut>

export const Status = Type.Object(
  {
    version: Type.Integer({ description: 'version of the ledger this replica routes by' }),
    ledger: OneOf(['up', 'down']),
    is_frozen: Type.Boolean(),
    needs: Type.Array(Type.String(), {
      description: 'what somebody should look at, in words; empty when all is well',
    }),
    routes: Type.Array(RouteStatus),
    upstreams: Type.Array(UpstreamStatus),
    replicas: Type.Array(ReplicaStatus),
    flip: Type.Union([FlipUnderWay, Type.Null()], { description: 'under way now' }),
    ...CarveOuts.properties,
  },
  closed,
)
export type Status = Static<typeof Status>

export const AuditEntry = Type.Object(
  {
    at: Time,
    by: Type.String(),
    // A flip that moves data is `ordered`; then `flip` or `rollback` when it is done, or `abandoned`: all is as before.
    // `abort` is asked for, and may come too late. Backfill, repair and settle command the mover; replay a service.
    action: OneOf([
      'flip',
      'rollback',
      'refused',
      'freeze',
      'unfreeze',
      'ordered',
      'abandoned',
      'abort',
      'backfill',
      'repair',
      'settle',
      'replay',
    ]),
    flip: NullableString,
    summary: Type.String(),
    why: NullableString,
  },
  closed,
)
export type AuditEntry = Static<typeof AuditEntry>

/** Events that services could not take in; `reason` says why a service's are not known. */
export const DeadLetters = Type.Object(
  {
    services: Type.Array(
      Type.Object(
        { service: Type.String(), reason: NullableString, dead_letters: Type.Array(DeadLetter) },
        closed,
      ),
    ),
  },
  closed,
)
export type DeadLetters = Static<typeof DeadLetters>

/** One dead letter: ids are each service's own. */
export const DeadLetterName = Type.Object(
  { service: Type.String({ minLength: 1, maxLength: 64 }), id: Type.Integer({ minimum: 1 }) },
  closed,
)
export type DeadLetterName = Static<typeof DeadLetterName>

/** `taken`: its service has taken it in. `failed`: it stays, for this reason. `unknown`: it is not there (any more). */
export const ReplayedDeadLetters = Type.Object(
  {
    replayed: Type.Array(
      Type.Object(
        {
          ...DeadLetterName.properties,
          outcome: OneOf(['taken', 'failed', 'unknown']),
          reason: NullableString,
        },
        closed,
      ),
    ),
  },
  closed,
)
export type ReplayedDeadLetters = Static<typeof ReplayedDeadLetters>

/** How one request of one user would be routed now, step by step. */
export const Why = Type.Object(
  {
    route: Type.String(),
    partition: Type.String(),
    bucket: Type.Integer({ minimum: 0, maximum: 99 }),
    stage: Stage,
    share: Type.Integer(),
    side: Side,
    reason: Type.String(),
    last_flip: NullableString,
  },
  closed,
)
export type Why = Static<typeof Why>
