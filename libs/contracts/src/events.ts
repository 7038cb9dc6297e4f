import Type, { type Static } from 'typebox'
import { Turn } from './schemas/conversation.ts'
import { closed, Id, Time } from './schemas/primitives.ts'

/**
 * Domain events, internal: what one domain tells the others. Named in the past tense, versioned in the name. They carry
 * state, not steps: the newest revision of a thing has the last word, so one that comes late or twice does no harm.
 */
export const EVENTS = {
  /** A turn is as it is here now; told for every change of one, whichever side made it. */
  'conversation.turn_recorded.v1': Type.Object(
    { user_id: Id, revision: Type.Integer(), time_key: Type.String(), turn: Turn },
    closed,
  ),
  'conversation.turn_deleted.v1': Type.Object({ turn_id: Id }, closed),
}
export type EventName = keyof typeof EVENTS
export type EventData<N extends EventName> = Static<(typeof EVENTS)[N]>

/** What every event is wrapped in. `partition` is the folded username; events of one partition keep their order. */
export const EventEnvelope = Type.Object(
  {
    event_id: Type.String({
      minLength: 1,
      maxLength: 200,
      description: '`<row id>.<revision>`, or of a deletion',
    }),
    name: Type.String(),
    partition: Type.String(),
    occurred_at: Time,
    data: Type.Unknown(),
  },
  closed,
)
export type EventEnvelope = Static<typeof EventEnvelope>

/**
 * Events of one source in its order, and how far whoever has taken in all of it has come: in the source's own feed and in
 * those that the source follows. `after` is where the batch before ended, so that a gap is seen.
 */
export const EventBatch = Type.Object(
  {
    source: Type.String({ description: 'the service that tells, e.g. `conversation`' }),
    after: Type.String({
      description:
        "a place in the source: the store's id, a dot, and what sorts as text in its order; empty at its beginning",
    }),
    upTo: Type.String(),
    places: Type.Array(Type.Unknown(), { description: 'as the source read them with the batch' }),
    events: Type.Array(EventEnvelope, { maxItems: 500 }),
  },
  closed,
)
export type EventBatch = Static<typeof EventBatch>

/** An event that could not be taken in, as its consumer keeps it. */
export const DeadLetter = Type.Object(
  {
    id: Type.Integer({ description: "the consumer's own" }),
    source: Type.String(),
    event_id: Type.String(),
    name: Type.String(),
    reason: Type.String(),
    attempts: Type.Integer(),
    since: Type.String(),
  },
  closed,
)
export type DeadLetter = Static<typeof DeadLetter>
