import { answersFeed, type FeedTable } from '@emotibot/sync'

const inAuth = { group: 'auth', leavesTombstone: true } as const
const users = {
  ...inAuth,
  claimGroup: 'auth.claim',
  table: 'users',
  entity: 'user',
  keyColumns: ['id'],
} as const
const sessions = { ...inAuth, table: 'sessions', entity: 'session', keyColumns: ['id'] } as const

const answers = answersFeed({
  table: 'auth_idempotency_keys',
  group: 'auth',
  claimGroup: 'auth.claim',
})

/** With every column there is: one that nobody maps stops the feed, for its content would be lost at a flip. */
export const monolithTables = {
  users: {
    ...users,
    columns: [
      'id',
      'username',
      'email',
      'password_hash',
      'created_at',
      'updated_at',
      'is_active',
      'username_key',
      'email_key',
      'revision',
    ],
  },
  sessions: { ...sessions, columns: ['id', 'user_id', 'created_at_ms', 'expires_at_ms'] },
  answers,
} as const satisfies Record<string, FeedTable>

export const serviceTables = {
  users: {
    ...users,
    columns: [
      'id',
      'username',
      'username_key',
      'email',
      'email_key',
      'password_hash',
      'legacy_verifier',
      'is_active',
      'created_at',
      'updated_at',
      'revision',
      'legacy',
    ],
  },
  sessions: { ...sessions, columns: ['id', 'user_id', 'created_at_ms', 'expires_at_ms', 'revoked_at_ms'] },
  answers,
} as const satisfies Record<string, FeedTable>
