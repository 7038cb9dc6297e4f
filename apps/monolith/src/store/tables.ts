import type { ReplyStatus, WriteGroup } from '@emotibot/contracts'
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { anyFlag, anyNumber, anyText } from './columns.ts'

/**
 * The tables as queries see them; `upgrade/schema.ts` makes them. Every table belongs to one write group. The first
 * EmotiBot's two tables keep their names and columns, so `conversations` is a table of turns.
 */

/** Group `auth` (and `auth.claim` adds rows). */
export const users = sqliteTable('users', {
  id: anyText('id').notNull(),
  username: anyText('username'),
  email: anyText('email'),
  passwordHash: anyText('password_hash'),
  createdAt: anyText('created_at'),
  updatedAt: anyText('updated_at'),
  isActive: anyFlag('is_active'),
  usernameKey: text('username_key').notNull(),
  emailKey: text('email_key').notNull(),
  revision: integer('revision').notNull(),
})
export type UserRow = typeof users.$inferSelect

/** Group `auth`. A session that is not here is over. */
export const sessions = sqliteTable('sessions', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull(),
  createdAtMs: integer('created_at_ms').notNull(),
  expiresAtMs: integer('expires_at_ms').notNull(),
})

/** Group `conversation`. What the contract calls a conversation. `ownerKey`, here and below: the folded username. */
export const threads = sqliteTable('threads', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull(),
  title: text('title').notNull(),
  createdAt: text('created_at').notNull(),
  updatedAt: text('updated_at').notNull(),
  revision: integer('revision').notNull(),
  ownerKey: text('owner_key').notNull(),
})
export type ThreadRow = typeof threads.$inferSelect

/**
 * Group `conversation`. `timeKey` is the time in a form that sorts; `docid` is the row's place in the search index. An emotion
 * that is pending is a stand-in, held until the text is analyzed.
 */
export const turns = sqliteTable('conversations', {
  id: anyText('id').notNull(),
  userId: anyText('user_id'),
  userMessage: anyText('user_message'),
  botMessage: anyText('bot_message'),
  detectedEmotion: anyText('detected_emotion'),
  confidence: anyNumber('confidence'),
  polarity: anyNumber('polarity'),
  subjectivity: anyNumber('subjectivity'),
  timestamp: anyText('timestamp'),
  threadId: text('thread_id').notNull(),
  seq: integer('seq').notNull(),
  revision: integer('revision').notNull(),
  replyStatus: text('reply_status').$type<ReplyStatus>().notNull(),
  updatedAt: text('updated_at'),
  docid: integer('docid').notNull(),
  timeKey: text('time_key').notNull(),
  ownerKey: text('owner_key').notNull(),
  emotionStatus: text('emotion_status').$type<'pending' | 'complete'>().notNull(),
})
export type TurnRow = typeof turns.$inferSelect

/** Group `emotion`. */
export const feedback = sqliteTable('feedback', {
  turnId: text('turn_id').primaryKey(),
  userId: text('user_id').notNull(),
  emotion: text('emotion').notNull(),
  createdAt: text('created_at').notNull(),
  revision: integer('revision').notNull(),
  ownerKey: text('owner_key').notNull(),
})

/**
 * A row belongs to the group of the write it answered, and commits with it; it is in the feed, so that a retry finds its answer
 * on either side. `userId` is empty where nobody was signed in.
 */
const answersTable = (name: string) =>
  sqliteTable(
    name,
    {
      userId: text('user_id').notNull(),
      key: text('key').notNull(),
      writeGroup: text('write_group').$type<WriteGroup>().notNull(),
      partition: text('partition').notNull(),
      route: text('route').notNull(),
      bodyHash: text('body_hash').notNull(),
      status: integer('status').notNull(),
      answer: text('answer').notNull(),
      createdAtMs: integer('created_at_ms').notNull(),
    },
    (table) => [primaryKey({ columns: [table.userId, table.key] })],
  )

/** Groups `auth` and `auth.claim`. */
export const authIdempotencyKeys = answersTable('auth_idempotency_keys')
export const conversationIdempotencyKeys = answersTable('conversation_idempotency_keys')
export const emotionIdempotencyKeys = answersTable('emotion_idempotency_keys')
