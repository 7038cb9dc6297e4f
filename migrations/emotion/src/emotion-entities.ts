import { type AnyEntity, createAnswerEntity, createPlainEntity } from '@emotibot/sync'
import { tables } from './tables.ts'

const feedback = createPlainEntity({
  monolith: tables.feedback,
  service: tables.feedback,
  columns: {
    turn_id: 'id',
    user_id: 'exact',
    owner_key: 'text',
    emotion: 'exact',
    created_at: 'exact',
    revision: 'whole',
  },
  owner: 'owner_key',
})

/** Everything the emotion domain keeps on both sides. Readings are the service's own: made from events, never moved. */
export const emotionEntities: readonly AnyEntity[] = [feedback, createAnswerEntity(tables.answers)]
