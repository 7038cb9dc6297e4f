import Type, { type Static } from 'typebox'
import { closed, NullableNumber, NullableString, OneOf, Time } from '../schemas/primitives.ts'
import { Stage } from '../stages.ts'

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
    stays: Type.Array(Type.String(), {
      description: 'routes that were meant too and stay where they are: they are never split by share',
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
    kept: Type.Optional(
      Type.Array(Type.String(), {
        description: 'users that a roll back left on the service, for changes of theirs are set aside',
      }),
    ),
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

/** A flip that moves data and has not ended. There is one at most. While it is `held`, requests of what moves wait. */
export const FlipUnderWay = Type.Object(
  {
    flip: Type.String(),
    kind: OneOf(['flip', 'rollback']),
    by: Type.String(),
    state: OneOf(['ordered', 'held']),
    step: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'what the mover is at; null when it does not say',
    }),
    held_ms: NullableNumber,
    moves: Type.Array(Move),
  },
  closed,
)
export type FlipUnderWay = Static<typeof FlipUnderWay>

/** What became of a flip that was to be given up. `ordered` or `held`: its mover was told, and has not answered yet. */
export const AbortedFlip = Type.Object(
  { flip: Type.String(), state: OneOf(['ordered', 'held', 'abandoned']), reason: NullableString },
  closed,
)
export type AbortedFlip = Static<typeof AbortedFlip>
