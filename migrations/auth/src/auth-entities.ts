import { type AnyEntity, createAnswerEntity } from '@emotibot/sync'
import { sessionEntity } from './session-entity.ts'
import { serviceTables } from './tables.ts'
import { userEntity } from './user-entity.ts'

/** Everything the auth domain keeps on both sides, parents first. */
export const authEntities: readonly AnyEntity[] = [
  userEntity,
  sessionEntity,
  createAnswerEntity(serviceTables.answers),
]
