import Type, { type Static } from 'typebox'
import { Turn } from './schemas/conversation.ts'
import { Emotion } from './schemas/emotion.ts'
import { closed, Id, Time } from './schemas/primitives.ts'

/** Domain events, internal: what one domain tells the others. Named in the past tense, versioned in the name. */
export const EVENTS = {
  'auth.user_registered.v1': Type.Object({ user_id: Id, username: Type.String() }, closed),
  'auth.user_deleted.v1': Type.Object({ user_id: Id }, closed),
  'conversation.turn_recorded.v1': Type.Object({ user_id: Id, revision: Type.Integer(), turn: Turn }, closed),
  'conversation.turn_deleted.v1': Type.Object({ user_id: Id, turn_id: Id }, closed),
  'emotion.feedback_given.v1': Type.Object({ user_id: Id, turn_id: Id, emotion: Emotion }, closed),
}
export type EventName = keyof typeof EVENTS

/** What every event is wrapped in. `partition` is the folded username; events of one partition keep their order. */
export const EventEnvelope = Type.Object(
  { event_id: Id, name: Type.String(), partition: Type.String(), occurred_at: Time, data: Type.Unknown() },
  closed,
)
export type EventEnvelope = Static<typeof EventEnvelope>
