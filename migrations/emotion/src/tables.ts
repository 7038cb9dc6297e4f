import type { FeedTable } from '@emotibot/sync'

/** Both sides have the same columns: what a user felt is told in the contract's own words. */
const feedback = {
  group: 'emotion',
  leavesTombstone: true,
  table: 'feedback',
  entity: 'feedback',
  keyColumns: ['turn_id'],
  columns: ['turn_id', 'user_id', 'owner_key', 'emotion', 'created_at', 'revision'],
} as const

/** Kept answers are the same on both sides. A key may come again once its answer is forgotten. */
const answers = {
  group: 'emotion',
  table: 'emotion_idempotency_keys',
  entity: 'answer',
  keyColumns: ['user_id', 'key'],
  leavesTombstone: false,
  columns: [
    'user_id',
    'key',
    'write_group',
    'partition',
    'route',
    'body_hash',
    'status',
    'answer',
    'created_at_ms',
  ],
} as const

/** With every column there is: one that nobody maps stops the feed, for its content would be lost at a flip. */
export const monolithTables = { feedback, answers } as const satisfies Record<string, FeedTable>

export const serviceTables = monolithTables
