import Type, { type Static } from 'typebox'
import { closed, NullableNumber, NullableString, OneOf, Time } from '../schemas/primitives.ts'
import { Side, Stage } from '../stages.ts'

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
        fallback: Type.Integer({ description: 'answered by the monolith because the service could not' }),
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
  },
  closed,
)
export type Status = Static<typeof Status>

/** A change someone asks for: routes or domains by name. */
export const FlipRequest = Type.Object(
  {
    names: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 64 }),
    to: Stage,
    share: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })),
    why: Type.Optional(Type.String({ maxLength: 500 })),
    force: Type.Optional(Type.Boolean()),
  },
  closed,
)
export type FlipRequest = Static<typeof FlipRequest>

export const RollbackRequest = Type.Object(
  {
    names: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 64 }),
    ),
    all: Type.Optional(Type.Boolean()),
    flip: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    why: Type.Optional(Type.String({ maxLength: 500 })),
  },
  closed,
)
export type RollbackRequest = Static<typeof RollbackRequest>

export const Move = Type.Object(
  {
    route: Type.String(),
    from: Type.Object({ stage: Stage, share: Type.Integer() }, closed),
    to: Type.Object({ stage: Stage, share: Type.Integer() }, closed),
  },
  closed,
)
export type Move = Static<typeof Move>

/** A reason not to. `safety` reasons hold against `--force`; `evidence` reasons do not. */
export const Refusal = Type.Object(
  { kind: OneOf(['safety', 'evidence', 'noop']), message: Type.String(), next: NullableString },
  closed,
)
export type Refusal = Static<typeof Refusal>

export const Plan = Type.Object(
  {
    id: Type.String(),
    moves: Type.Array(Move),
    also_moves: Type.Array(Type.String(), {
      description: 'routes that go along because they share a write group',
    }),
    users: NullableNumber,
    lag_ms: NullableNumber,
    expected_wait_ms: Type.Number(),
    evidence: Type.Array(Type.String()),
    refused: Type.Array(Refusal),
    back: Type.String({ description: 'the command that undoes it' }),
  },
  closed,
)
export type Plan = Static<typeof Plan>

export const Receipt = Type.Object(
  {
    flip: Type.String(),
    by: Type.String(),
    why: NullableString,
    at: Time,
    moves: Type.Array(Move),
    also_moves: Type.Array(Type.String()),
    waited: Type.Object({ count: Type.Integer(), worst_ms: Type.Number() }, closed),
    failed: Type.Integer(),
    forced: Type.Boolean(),
    replicas: Type.Array(
      Type.Object({ id: Type.String(), acknowledged: Type.Boolean(), after_ms: NullableNumber }, closed),
    ),
    undo: Type.String({ description: 'the command that undoes it' }),
  },
  closed,
)
export type Receipt = Static<typeof Receipt>

export const AuditEntry = Type.Object(
  {
    at: Time,
    by: Type.String(),
    action: OneOf(['flip', 'rollback', 'refused', 'freeze', 'unfreeze']),
    flip: NullableString,
    summary: Type.String(),
    why: NullableString,
  },
  closed,
)
export type AuditEntry = Static<typeof AuditEntry>

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
