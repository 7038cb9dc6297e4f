import { fold, readStorable } from '@emotibot/contracts'
import type { Entity, PostgresRows, SqliteRows } from '@emotibot/sync'
import { IDS, keyOf, plainRow } from './legacy-rows.ts'
import { type LegacyValue, textField } from './legacy-values.ts'
import { monolithTables, serviceTables } from './tables.ts'
import { type LegacyUserRow, type ServiceUserRow, userLens } from './user-lens.ts'

const monolith: SqliteRows<LegacyUserRow> = {
  tables: [monolithTables.users],
  read(db, keys) {
    const found = db
      .prepare<[{ keys: string }], LegacyUserRow & Record<string, Buffer>>(
        `select id, username, email, password_hash, created_at, updated_at, is_active, username_key, email_key, revision
         from users where id in (${IDS})`,
      )
      .all({ keys: JSON.stringify(keys) })
    return new Map(found.map(plainRow<LegacyUserRow>).map((row) => [keyOf(row.id), row]))
  },
  write(db, key, row) {
    if (!row) return void db.prepare('delete from users where id = ?').run(key)
    db.prepare(
      `insert into users
         (id, username, email, password_hash, created_at, updated_at, is_active, username_key, email_key, revision)
       values
         (@id, @username, @email, @password_hash, @created_at, @updated_at, @is_active, @username_key, @email_key, @revision)
       on conflict (id) do update set
         username = excluded.username, email = excluded.email, password_hash = excluded.password_hash,
         created_at = excluded.created_at, updated_at = excluded.updated_at, is_active = excluded.is_active,
         username_key = excluded.username_key, email_key = excluded.email_key, revision = excluded.revision`,
    ).run(row)
  },
}

/** As Postgres's driver gives it: a bigint is text. */
type Columns = Omit<ServiceUserRow, 'revision'> & { readonly revision: string }

const service: PostgresRows<ServiceUserRow> = {
  tables: [serviceTables.users],
  async read(sql, keys) {
    const found = await sql<Columns[]>`
      select id, username, username_key, email, email_key, password_hash, legacy_verifier, is_active, created_at,
        updated_at, revision, legacy
      from users where id = any(${[...keys]})`
    return new Map(found.map((row) => [row.id, { ...row, revision: Number(row.revision) }]))
  },
  async write(sql, key, row) {
    if (!row) return void (await sql`delete from users where id = ${key}`)
    const columns = { ...row, legacy: sql.json(row.legacy) }
    await sql`
      insert into users ${sql(columns)} on conflict (id) do update set
        username = excluded.username, username_key = excluded.username_key, email = excluded.email,
        email_key = excluded.email_key, password_hash = excluded.password_hash,
        legacy_verifier = excluded.legacy_verifier, is_active = excluded.is_active, created_at = excluded.created_at,
        updated_at = excluded.updated_at, revision = excluded.revision, legacy = excluded.legacy`
  },
}

/** One row on each side. Whoever signs in is one of these. */
export const userEntity: Entity<LegacyUserRow, ServiceUserRow> = {
  name: 'user',
  group: 'auth',
  monolith,
  service,
  ...userLens,
  partitionOf: {
    monolith: ({ username }) => fold(nameOf(username) ?? ''),
    service: ({ username_key: key }) => readStorable(key),
  },
  namesOf: ({ username, email }) => {
    const names = { username: nameOf(username), email: nameOf(email) }
    return Object.fromEntries(Object.entries(names).flatMap(([what, name]) => (name ? [[what, name]] : [])))
  },
}

/** A name as the monolith reads it. */
function nameOf(held: LegacyValue): string | null {
  const text = textField.read(held)
  return text === null ? null : readStorable(text)
}
