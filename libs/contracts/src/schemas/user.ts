import Type, { type Static } from 'typebox'
import { closed, Id, Time } from './primitives.ts'

/** A user as every route answers one. */
export const User = Type.Object(
  {
    user_id: Id,
    username: Type.String(),
    email: Type.String(),
    created_at: Time,
    updated_at: Time,
    is_active: Type.Boolean(),
  },
  closed,
)
export type User = Static<typeof User>
