import Type, { type Static } from 'typebox'
import { closed, Id, NullableNumber, NullableString, OneOf, Time } from './primitives.ts'

export const Conversation = Type.Object(
  { id: Id, title: Type.String(), created_at: Time, updated_at: Time },
  closed,
)
export type Conversation = Static<typeof Conversation>

/** `pending`: the reply is on its way. `complete`: it is there. `failed`: there will be none. */
export const ReplyStatus = OneOf(['pending', 'complete', 'failed'])
export type ReplyStatus = Static<typeof ReplyStatus>

/** What the user said and what was answered. Legacy rows are answered as they are, null labels too. */
export const Turn = Type.Object(
  {
    id: Id,
    conversation_id: Id,
    user_message: Type.String(),
    bot_message: NullableString,
    reply_status: ReplyStatus,
    detected_emotion: NullableString,
    confidence: NullableNumber,
    polarity: NullableNumber,
    subjectivity: NullableNumber,
    timestamp: Time,
  },
  closed,
)
export type Turn = Static<typeof Turn>
