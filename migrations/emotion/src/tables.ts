import { answersTable, type FeedTable } from '@emotibot/sync'

/** Both sides have the same columns: what a user felt is told in the contract's own words. */
const feedback = {
  group: 'emotion',
  leavesTombstone: true,
  table: 'feedback',
  entity: 'feedback',
  keyColumns: ['turn_id'],
} as const

const answers = answersTable({ table: 'emotion_idempotency_keys', group: 'emotion' })

export const monolithTables = { feedback, answers } as const satisfies Record<string, FeedTable>

export const serviceTables = monolithTables
