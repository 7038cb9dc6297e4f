import {
  type FeedTable,
  OWNS_ALL,
  type SchemaStep,
  sqliteCrossingStep,
  sqliteSeenConflictsStep,
  sqliteSyncSteps,
  sqliteTableSteps,
} from '@emotibot/sync'
import type { Database } from 'better-sqlite3'

const inAuth = { group: 'auth', keyColumns: ['id'], leavesTombstone: true } as const

/** What enters the feed. `migrations/auth` declares the same, and the mover stops where the two differ. */
const accountTables: readonly FeedTable[] = [
  { ...inAuth, claimGroup: 'auth.claim', table: 'users', entity: 'user' },
  { ...inAuth, table: 'sessions', entity: 'session' },
]

/** A key may come again once its answer is forgotten, so the end of one is no end for good. */
const answerTable: FeedTable = {
  table: 'auth_idempotency_keys',
  entity: 'answer',
  keyColumns: ['user_id', 'key'],
  group: 'auth',
  claimGroup: 'auth.claim',
  leavesTombstone: false,
}

/** Groups whose tables have no feed yet: their writes ask for authority like all others. */
const GROUPS_WITHOUT_FEED = ['conversation', 'emotion']

/** The feed with its triggers, and the monolith's authority over everything. From here on no write goes unmarked. */
export function addFeeds(connection: Database): void {
  run(connection, sqliteSyncSteps([...accountTables, answerTable]))
  const own = connection.prepare('INSERT INTO authority (write_group, epoch, low, high) VALUES (?, 1, ?, ?)')
  for (const group of GROUPS_WITHOUT_FEED) own.run(group, OWNS_ALL.low, OWNS_ALL.high)
}

/** For a file that has had a feed of accounts alone. */
export function addAnswersToFeed(connection: Database): void {
  run(connection, [sqliteCrossingStep, sqliteSeenConflictsStep, ...sqliteTableSteps([answerTable])])
}

function run(connection: Database, steps: readonly SchemaStep[]): void {
  for (const { sql } of steps) connection.exec(sql)
}
