import { readStorable, toStorable } from '@emotibot/contracts'
import { answersTable } from '@emotibot/service-store'
import type { Places } from '@emotibot/sync'
import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  text,
} from 'drizzle-orm/pg-core'

/** Text of an old row as it is, though it may hold U+0000. */
const anyText = customType<{ data: string; driverData: string }>({
  dataType: () => 'text',
  toDriver: toStorable,
  fromDriver: readStorable,
})

/** The tables as queries see them; `schema-steps.ts` makes them. */

/** Group `emotion`. */
export const feedback = pgTable('feedback', {
  turnId: text('turn_id').primaryKey(),
  userId: text('user_id').notNull(),
  /** The folded username, so that whose a row is stays known when its user is gone. */
  ownerKey: anyText('owner_key').notNull(),
  emotion: text('emotion').notNull(),
  createdAt: text('created_at').notNull(),
  revision: bigint('revision', { mode: 'number' }).notNull(),
})

/** Group `emotion`. */
export const answers = answersTable('emotion_idempotency_keys')

/** In no group: the mover writes who deleted their account, this service reads it. */
export const departedUsers = pgTable('departed_users', {
  userId: text('user_id').primaryKey(),
  partition: anyText('partition').notNull(),
})

/** One row: how far in the monolith's feed the mover has looked for deletions of accounts. */
export const departuresPlace = pgTable('departures_place', {
  one: integer('one').primaryKey(),
  place: jsonb('place').$type<Places['places'][number]>().notNull(),
})

/** In no group: what conversation's turns sounded like, as its events say. */
export const readings = pgTable('readings', {
  turnId: text('turn_id').primaryKey(),
  userId: text('user_id').notNull(),
  ownerKey: anyText('owner_key').notNull(),
  /** The turn's time in a form that sorts. */
  timeKey: text('time_key').notNull(),
  emotion: anyText('emotion'),
  polarity: doublePrecision('polarity'),
  isThreaded: boolean('is_threaded').notNull(),
  revision: bigint('revision', { mode: 'number' }).notNull(),
})

/** Turns that were deleted: what is told of them late is not taken in again. */
export const goneReadings = pgTable('gone_readings', { turnId: text('turn_id').primaryKey() })
