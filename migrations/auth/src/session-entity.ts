import { readStorable } from '@emotibot/contracts'
import {
  deleteRow,
  deleteRows,
  type Entity,
  keyOf,
  type PostgresRows,
  readByKeys,
  type SqliteRows,
  upsertRow,
  upsertRows,
} from '@emotibot/sync'
import { type LegacySessionRow, type ServiceSessionRow, sessionLens } from './session-lens.ts'
import { monolithTables, serviceTables } from './tables.ts'

/** A session and whose it is. One of nobody is over: it counts as not there. */
export type LegacySession = LegacySessionRow & { readonly partition: string }
export type ServiceSession = ServiceSessionRow & { readonly partition: string }

const held = {
  keyColumns: ['id'],
  text: `
    select s.id, s.user_id, s.created_at_ms, s.expires_at_ms, coalesce(u.username_key, '') as partition
    from sessions s join users u on u.id = s.user_id where s.id in (:keys)`,
}

const monolith: SqliteRows<LegacySession> = {
  tables: [monolithTables.sessions],
  read: (db, keys) => readByKeys(db, held, keys),
  write(db, key, row) {
    if (row) upsertRow(monolithTables.sessions, db, row)
    else deleteRow(monolithTables.sessions, db, { id: key })
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
  write: (rows) => upsertRows(serviceTables.sessions, rows),
  remove: (keys) =>
    deleteRows(
      serviceTables.sessions,
      keys.map((id) => ({ id })),
    ),
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
