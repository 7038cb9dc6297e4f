import {
  answersFeed,
  type FeedTable,
  type SchemaStep,
  sqliteCrossingStep,
  sqliteSeenConflictsStep,
  sqliteSyncSteps,
  sqliteTableSteps,
} from '@emotibot/sync'
import type { Database } from 'better-sqlite3'
import type { FileKind } from './inspect-file.ts'

// What enters the feed. `migrations/` declares the same, and the mover stops where the two differ.
const inAuth = { group: 'auth', claimGroup: 'auth.claim' } as const
const inConversation = { group: 'conversation' } as const
const inEmotion = { group: 'emotion' } as const

const thing = { keyColumns: ['id'], leavesTombstone: true } as const

const accountTables: readonly FeedTable[] = [
  { ...inAuth, ...thing, table: 'users', entity: 'user' },
  { ...thing, group: 'auth', table: 'sessions', entity: 'session' },
]

const authAnswers: FeedTable = answersFeed({ ...inAuth, table: 'auth_idempotency_keys' })

const domainTables: readonly FeedTable[] = [
  { ...inConversation, ...thing, table: 'threads', entity: 'conversation' },
  { ...inConversation, ...thing, table: 'conversations', entity: 'turn' },
  answersFeed({ ...inConversation, table: 'conversation_idempotency_keys' }),
  { ...inEmotion, ...thing, table: 'feedback', entity: 'feedback', keyColumns: ['turn_id'] },
  answersFeed({ ...inEmotion, table: 'emotion_idempotency_keys' }),
]

/**
 * The feed with its triggers, and the monolith's authority over everything, as far as a file of this kind lacks them. From
 * here on no write goes unmarked.
 */
export function addFeeds(connection: Database, kind: FileKind): void {
  for (const { sql } of stepsFor(kind)) connection.exec(sql)
}

function stepsFor(kind: FileKind): SchemaStep[] {
  switch (kind) {
    case 'new':
    case 'legacy':
    case 'unfed':
      return sqliteSyncSteps([...accountTables, authAnswers, ...domainTables])
    case 'accountsFed':
      return [
        sqliteCrossingStep,
        sqliteSeenConflictsStep,
        ...sqliteTableSteps([authAnswers, ...domainTables]),
      ]
    case 'authFed':
      return sqliteTableSteps(domainTables)
    case 'current':
      return []
    default:
      return kind satisfies never
  }
}
