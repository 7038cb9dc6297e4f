import type { AnyEntity } from '@emotibot/sync'
import { answerEntity } from './answer-entity.ts'
import { sessionEntity } from './session-entity.ts'
import { userEntity } from './user-entity.ts'

/** Everything the auth domain keeps on both sides, parents first. */
export const authEntities: readonly AnyEntity[] = [userEntity, sessionEntity, answerEntity]
