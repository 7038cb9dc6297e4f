import { readStorable, toStorable, type WriteGroup } from '@emotibot/contracts'
import { answersTable } from '@emotibot/service-store'
import { bigint, boolean, customType, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/** Names as they are, though a legacy one may hold U+0000. */
const nameText = customType<{ data: string; driverData: string }>({
  dataType: () => 'text',
  toDriver: toStorable,
  fromDriver: readStorable,
})

/** The tables as queries see them; `schema-steps.ts` makes them. */

/** Group `auth` (and `auth.claim` adds rows). Names are unique by the check in `auth.claim`, not by an index: two legacy names may fold to one. */
export const users = pgTable('users', {
  id: text('id').primaryKey(),
  username: nameText('username'),
  usernameKey: nameText('username_key').notNull(),
  email: nameText('email'),
  emailKey: nameText('email_key').notNull(),
  /** argon2id; null for whoever has not signed in here since coming from the monolith. */
  passwordHash: text('password_hash'),
  /** `$pbkdf2-sha256$…` of the same password, for the monolith. */
  legacyVerifier: nameText('legacy_verifier'),
  isActive: boolean('is_active').notNull(),
  /** As answered: UTC ISO 8601 with milliseconds, or a legacy time's own text where that is no time. */
  createdAt: nameText('created_at'),
  updatedAt: nameText('updated_at'),
  revision: bigint('revision', { mode: 'number' }).notNull(),
  /** What a legacy row holds beyond these columns; written by the mapping, read by nobody here. */
  legacy: jsonb('legacy').$type<Readonly<Record<string, unknown>>>().notNull().default({}),
})
export type UserRow = typeof users.$inferSelect

/** Group `auth`. */
export const sessions = pgTable('sessions', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull(),
  createdAtMs: bigint('created_at_ms', { mode: 'number' }).notNull(),
  expiresAtMs: bigint('expires_at_ms', { mode: 'number' }).notNull(),
  revokedAtMs: bigint('revoked_at_ms', { mode: 'number' }),
})

/** Group `auth` (and `auth.claim` adds rows). */
export const keptAnswers = answersTable('auth_idempotency_keys')

/** As libs/sync keeps them: only it, its triggers and the mover write here. */
export const authority = pgTable('authority', {
  writeGroup: text('write_group').$type<WriteGroup>().primaryKey(),
  low: integer('low').notNull(),
  high: integer('high').notNull(),
  allow: text('allow').array().notNull(),
  deny: text('deny').array().notNull(),
})
/** What was deleted for good. */
export const tombstones = pgTable(
  'tombstones',
  { entity: text('entity').notNull(), key: text('key').notNull() },
  (table) => [primaryKey({ columns: [table.entity, table.key] })],
)

/** Of this service alone: in no group, replicated nowhere. */
export const signingKeys = pgTable('signing_keys', {
  kid: text('kid').primaryKey(),
  /** The raw 32 bytes in base64url, as a JWK's `x`. */
  publicX: text('public_x').notNull(),
  sealedPrivate: text('sealed_private').notNull(),
  createdAtMs: bigint('created_at_ms', { mode: 'number' }).notNull(),
})
export type SigningKeyRow = typeof signingKeys.$inferSelect
