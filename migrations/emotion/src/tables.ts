import { answersTable, type FeedTable } from '@emotibot/sync'

/** Both sides have the same columns: what a user felt is told in the contract's own words. */
const feedback = {
  group: 'emotion',
  leavesTombstone: true,
  table: 'feedback',
  entity: 'feedback',
  keyColumns: ['turn_id'],
  columns: ['turn_id', 'user_id', 'owner_key', 'emotion', 'created_at', 'revision'],
} as const

const answers = answersTable({ table: 'emotion_idempotency_keys', group: 'emotion' })

/** With every column there is: one that nobody maps stops the feed, for its content would be lost at a flip. */
export const monolithTables = { feedback, answers } as const satisfies Record<string, FeedTable>

export const serviceTables = monolithTables
