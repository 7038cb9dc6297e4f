import { type ReplyStatus, readStorable, toStorable, type WriteGroup } from '@emotibot/contracts'
import { answersTable } from '@emotibot/service-store'
import type { Place } from '@emotibot/sync'
import { sql } from 'drizzle-orm'
import {
  alias,
  bigint,
  customType,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'

/** Text as it is, though a legacy one may hold U+0000. */
const anyText = customType<{ data: string; driverData: string }>({
  dataType: () => 'text',
  toDriver: toStorable,
  fromDriver: readStorable,
})

/** Made from the lexemes as they are, without Postgres's own parsing; never read. */
const lexemes = customType<{ data: readonly string[]; driverData: unknown }>({
  dataType: () => 'tsvector',
  toDriver: (words) =>
    sql`array_to_tsvector(array(select json_array_elements_text(${JSON.stringify(words)}::text::json)))`,
})

/** The tables as queries see them; `schema-steps.ts` makes them. */

/** Group `conversation`. Times are as answered. */
export const conversations = pgTable('conversations', {
  id: text('id').primaryKey(),
  userId: anyText('user_id').notNull(),
  /** The folded username: whose it is stays known when its user is gone. */
  ownerKey: anyText('owner_key').notNull(),
  title: anyText('title').notNull(),
  createdAt: anyText('created_at').notNull(),
  updatedAt: anyText('updated_at').notNull(),
  revision: bigint('revision', { mode: 'number' }).notNull(),
})
export type ConversationRow = typeof conversations.$inferSelect

/** What both messages of a turn have. */
const ofEither = {
  turnId: text('turn_id').notNull(),
  /** Null for legacy turns of nobody, which are in no conversation. */
  conversationId: text('conversation_id'),
  userId: anyText('user_id'),
  ownerKey: anyText('owner_key').notNull(),
  /** The place in its conversation. */
  seq: bigint('seq', { mode: 'number' }),
  text: anyText('text'),
  /** What a legacy row holds beyond these columns; written by the mapping, read by nobody here. */
  legacy: jsonb('legacy').$type<Readonly<Record<string, unknown>>>().notNull().default({}),
}

/** Whether the emotion held is a stand-in that is to be analyzed (`pending`). */
export type EmotionStatus = 'pending' | 'complete'

/**
 * Group `conversation`. One table, `messages`, of which a turn has two rows: `said` are the users', and know all of the
 * turn; `replies` are the bot's, there once there is something said.
 */
export const said = pgTable('messages', {
  ...ofEither,
  role: text('role').$type<'user'>().notNull(),
  detectedEmotion: anyText('detected_emotion'),
  confidence: doublePrecision('confidence'),
  polarity: doublePrecision('polarity'),
  subjectivity: doublePrecision('subjectivity'),
  /** As answered: UTC ISO 8601 with milliseconds, or a legacy time's own text where that is no time. */
  saidAt: anyText('said_at'),
  /** The time in a form that sorts. */
  timeKey: text('time_key').notNull(),
  replyStatus: text('reply_status').$type<ReplyStatus>().notNull(),
  emotionStatus: text('emotion_status').$type<EmotionStatus>().notNull(),
  updatedAt: anyText('updated_at'),
  revision: bigint('revision', { mode: 'number' }).notNull(),
  words: lexemes('words').notNull(),
})

export const replies = pgTable('messages', {
  ...ofEither,
  role: text('role').$type<'bot'>().notNull(),
})
/** Beside `said` in one query. */
export const replied = alias(replies, 'replied')

export const answers = answersTable('conversation_idempotency_keys')

/** As libs/sync keeps it: only it and the mover write here. */
export const authority = pgTable('authority', {
  writeGroup: text('write_group').$type<WriteGroup>().primaryKey(),
  low: integer('low').notNull(),
  high: integer('high').notNull(),
  allow: text('allow').array().notNull(),
  deny: text('deny').array().notNull(),
})

/** Users who were deleted for good. The mover writes here. */
export const departedUsers = pgTable('departed_users', {
  userId: anyText('user_id').primaryKey(),
  partition: anyText('partition').notNull(),
})

/** How far the mover has come in telling who departed: one row. The mover writes here. */
export const departuresPlace = pgTable('departures_place', {
  place: jsonb('place').$type<Place>().notNull(),
})

/** Who is at a pending turn, and until when nobody else is. Of this service alone: in no group, and gone with a crash. */
export const turnLeases = pgTable(
  'turn_leases',
  {
    turnId: text('turn_id').notNull(),
    attempts: integer('attempts').notNull(),
    until: timestamp('until', { withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.turnId] })],
)
