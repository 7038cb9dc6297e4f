import { readStorable } from '@emotibot/contracts'
import type { Entity, PostgresRows, SqliteRows } from '@emotibot/sync'
import { IDS, keyOf, plainRow } from './legacy-rows.ts'
import { type LegacySessionRow, type ServiceSessionRow, sessionLens } from './session-lens.ts'
import { monolithTables, serviceTables } from './tables.ts'

/** A session and whose it is. One of nobody is over: it counts as not there. */
export type LegacySession = LegacySessionRow & { readonly partition: string }
export type ServiceSession = ServiceSessionRow & { readonly partition: string }

const monolith: SqliteRows<LegacySession> = {
  tables: [monolithTables.sessions],
  read(db, keys) {
    const found = db
      .prepare<[{ keys: string }], LegacySession & Record<string, Buffer>>(
        `select s.id, s.user_id, s.created_at_ms, s.expires_at_ms, coalesce(u.username_key, '') as partition
         from sessions s join users u on u.id = s.user_id where s.id in (${IDS})`,
      )
      .all({ keys: JSON.stringify(keys) })
    return new Map(found.map(plainRow<LegacySession>).map((row) => [keyOf(row.id), row]))
  },
  write(db, key, row) {
    if (!row) return void db.prepare('delete from sessions where id = ?').run(key)
    db.prepare(
      `insert into sessions (id, user_id, created_at_ms, expires_at_ms)
       values (@id, @user_id, @created_at_ms, @expires_at_ms)
       on conflict (id) do update set user_id = excluded.user_id,
         created_at_ms = excluded.created_at_ms, expires_at_ms = excluded.expires_at_ms`,
    ).run(row)
  },
}

/** As Postgres's driver gives it: a bigint is text. */
type Columns = {
  readonly id: string
  readonly user_id: string
  readonly created_at_ms: string
  readonly expires_at_ms: string
  readonly revoked_at_ms: string | null
  readonly username_key: string
}

const service: PostgresRows<ServiceSession> = {
  tables: [serviceTables.sessions],
  async read(sql, keys) {
    const found = await sql<Columns[]>`
      select s.id, s.user_id, s.created_at_ms, s.expires_at_ms, s.revoked_at_ms, u.username_key
      from sessions s join users u on u.id = s.user_id where s.id = any(${[...keys]})`
    return new Map(found.map((row) => [row.id, fromColumns(row)]))
  },
  async write(sql, key, row) {
    if (!row) return void (await sql`delete from sessions where id = ${key}`)
    const { partition: _, ...columns } = row
    await sql`
      insert into sessions ${sql(columns)} on conflict (id) do update set
        user_id = excluded.user_id, created_at_ms = excluded.created_at_ms,
        expires_at_ms = excluded.expires_at_ms, revoked_at_ms = excluded.revoked_at_ms`
  },
}

function fromColumns({ username_key, ...row }: Columns): ServiceSession {
  return {
    id: row.id,
    user_id: row.user_id,
    created_at_ms: Number(row.created_at_ms),
    expires_at_ms: Number(row.expires_at_ms),
    revoked_at_ms: row.revoked_at_ms === null ? null : Number(row.revoked_at_ms),
    partition: readStorable(username_key),
  }
}

/** A session that is over is gone from the monolith, and revoked at the service. */
export const sessionEntity: Entity<LegacySession, ServiceSession> = {
  name: 'session',
  group: 'auth',
  monolith,
  service,
  forward: (row, held) => ({ ...sessionLens.forward(row, held), partition: row.partition }),
  back: (row) => {
    const living = sessionLens.back(row)
    return living && { ...living, partition: row.partition }
  },
  partitionOf: { monolith: ({ partition }) => partition, service: ({ partition }) => partition },
  parentsOf: {
    monolith: ({ user_id: userId }) => [{ entity: 'user', key: keyOf(userId) }],
    service: ({ user_id: userId }) => [{ entity: 'user', key: userId }],
  },
}
