import { type FeedTable, OWNS_ALL, sqliteSyncSteps } from '@emotibot/sync'
import type { Database } from 'better-sqlite3'

const inAuth = { group: 'auth', keyColumns: ['id'], leavesTombstone: true } as const

/** What enters the feed. `migrations/auth` declares the same, and the mover stops where the two differ. */
const feedTables: readonly FeedTable[] = [
  { ...inAuth, claimGroup: 'auth.claim', table: 'users', entity: 'user' },
  { ...inAuth, table: 'sessions', entity: 'session' },
]

/** Groups whose tables have no feed yet: their writes ask for authority like all others. */
const GROUPS_WITHOUT_FEED = ['conversation', 'emotion']

/** The feed with its triggers, and the monolith's authority over everything. From here on no write goes unmarked. */
export function addFeeds(connection: Database): void {
  for (const { sql } of sqliteSyncSteps(feedTables)) connection.exec(sql)
  const own = connection.prepare('INSERT INTO authority (write_group, epoch, low, high) VALUES (?, 1, ?, ?)')
  for (const group of GROUPS_WITHOUT_FEED) own.run(group, OWNS_ALL.low, OWNS_ALL.high)
}
