import type { Database } from 'better-sqlite3'
import type { Entities } from '../entities.ts'
import { type EntityKey, type FeedTable, splitKey } from '../entity.ts'
import type { BackfillState, CopyStep, CopyStore } from '../store.ts'
import { after, cursorOf } from './cursor.ts'
import { isSuspect, nameKey, oddBytes } from './feed-keys.ts'
import { prepareOnce } from './prepare-once.ts'
import { keyOf } from './triggers.ts'

type BackfillColumns = { entity: string; cursor: string | null; done: number; is_finished: number }

export function createSqliteCopies(db: Database, entities: Entities): CopyStore {
  const root = (entity: string): FeedTable => entities.rootOf(entity, 'monolith')
  const step = db.transaction((entity: string, limit: number) => backfillStep(db, root(entity), limit))
  const repair = db.transaction((keys: readonly EntityKey[]) => {
    for (const { entity, key } of keys) appendRepair(db, root(entity), key)
  })
  return {
    backfill: async (entity) => readState(db, entity),
    backfillStep: async (entity, limit) => step.immediate(entity, limit),
    restartBackfill: async (entity) => {
      db.prepare('delete from backfills where entity = ?').run(entity)
    },
    count: async (entity) =>
      db
        .prepare(`select count(*) from "${root(entity).table}"`)
        .pluck()
        .get() as number,
    keysAfter: async (entity, cursor, limit) => keysAfter(db, root(entity), { cursor, limit }),
    repair: async (keys) => repair.immediate(keys),
  }
}

function backfillStep(db: Database, root: FeedTable, limit: number): CopyStep {
  const state = readState(db, root.entity)
  if (state.isFinished) return { ...state, appended: 0, tookMs: 0 }
  const startedMs = performance.now()
  const appended = appendAfter(db, root, { cursor: state.cursor, limit })
  const next = {
    entity: root.entity,
    cursor: appended === 0 ? state.cursor : cursorAfter(db, root, { cursor: state.cursor, limit: appended }),
    done: state.done + appended,
    isFinished: appended < limit,
  }
  writeState(db, next)
  return { ...next, appended, tookMs: performance.now() - startedMs }
}

type Page = { readonly cursor: string | null; readonly limit: number }

/** Copies carry no epoch: they never win over anything. Inside SQLite, so that a key's bytes stay what they are. */
function appendAfter(db: Database, root: FeedTable, { cursor, limit }: Page): number {
  const { where, values } = after(root, cursor)
  const text = `
    insert into feed (epoch, origin, write_group, cause, entity, key, partition, at_ms)
    select 0, 'monolith', '${root.group}', 'backfill', '${root.entity}', key, null, ? from (
      select ${keyOf(root, 'root')} as key from "${root.table}" root where ${where}
      order by ${columnsOf(root)} limit ?)`
  return prepareOnce<unknown[], unknown>(db, text).run(Date.now(), ...values, limit).changes
}

function cursorAfter(db: Database, root: FeedTable, { cursor, limit }: Page): string | null {
  const { where, values } = after(root, cursor)
  const text = `select ${cursorOf(root)} as cursor from "${root.table}" root where ${where}
    order by ${columnsOf(root)} limit 1 offset ?`
  return prepareOnce<unknown[], { cursor: string }>(db, text).get(...values, limit - 1)?.cursor ?? null
}

const columnsOf = ({ keyColumns }: FeedTable): string =>
  keyColumns.map((column) => `root."${column}"`).join(', ')

function appendRepair(db: Database, { entity, group }: FeedTable, key: string): void {
  const text = `
    insert into feed (epoch, origin, write_group, cause, entity, key, partition, at_ms)
    values (0, 'monolith', ?, 'repair', ?, cast(? as text), null, ?)`
  const bytes = oddBytes(key) ?? Buffer.from(key)
  prepareOnce<unknown[], unknown>(db, text).run(group, entity, bytes, Date.now())
}

function keysAfter(db: Database, root: FeedTable, { cursor, limit }: Page): string[] {
  const columns = columnsOf(root)
  const values = cursor === null ? [] : splitKey(cursor)
  const where = cursor === null ? '' : `where (${columns}) > (${values.map(() => '?').join(', ')})`
  const key = keyOf(root, 'root')
  const text = `select ${key} as key, cast(${key} as blob) as bytes from "${root.table}" root ${where}
    order by ${columns} limit ?`
  const rows = prepareOnce<unknown[], { key: string; bytes: Buffer }>(db, text).all(...values, limit)
  return rows.map((row) => (isSuspect(row.key) ? nameKey(row.bytes) : row.key))
}

function readState(db: Database, entity: string): BackfillState {
  const row = db
    .prepare<[string], BackfillColumns>(
      'select entity, cursor, done, is_finished from backfills where entity = ?',
    )
    .get(entity)
  return { entity, cursor: row?.cursor ?? null, done: row?.done ?? 0, isFinished: row?.is_finished === 1 }
}

function writeState(db: Database, { entity, cursor, done, isFinished }: BackfillState): void {
  db.prepare('insert or replace into backfills (entity, cursor, done, is_finished) values (?, ?, ?, ?)').run(
    entity,
    cursor,
    done,
    isFinished ? 1 : 0,
  )
}
