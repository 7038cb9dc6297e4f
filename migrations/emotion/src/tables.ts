import { answersFeed, type FeedTable } from '@emotibot/sync'

/** The same on both sides: what a user felt is told in the contract's own words. */
export const tables = {
  feedback: {
    group: 'emotion',
    leavesTombstone: true,
    table: 'feedback',
    entity: 'feedback',
    keyColumns: ['turn_id'],
  },
  answers: answersFeed({ table: 'emotion_idempotency_keys', group: 'emotion' }),
} as const satisfies Record<string, FeedTable>
