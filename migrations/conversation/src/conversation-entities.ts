import { type AnyEntity, createAnswerEntity, createPlainEntity } from '@emotibot/sync'
import { monolithTables, serviceTables } from './tables.ts'
import { turnEntity } from './turn-entity.ts'

const conversation = createPlainEntity({
  monolith: monolithTables.threads,
  service: serviceTables.conversations,
  columns: {
    id: 'id',
    user_id: 'text',
    owner_key: 'text',
    title: 'text',
    created_at: 'text',
    updated_at: 'text',
    revision: 'whole',
  },
  owner: 'owner_key',
})

/** Everything the conversation domain keeps on both sides, parents first. */
export const conversationEntities: readonly AnyEntity[] = [
  conversation,
  turnEntity,
  createAnswerEntity(serviceTables.answers),
]
