import type { Database } from 'better-sqlite3'
import type { Cause } from '../batch.ts'
import type { Entities } from '../entities.ts'
import { type EntityKey, type FeedTable, splitKey } from '../entity.ts'
import type { BackfillState, CopyStep, CopyStore } from '../store.ts'
import { keyOf } from './triggers.ts'

type BackfillColumns = { entity: string; cursor: string | null; done: number; is_finished: number }

export function createSqliteCopies(db: Database, entities: Entities): CopyStore {
  const root = (entity: string): FeedTable => entities.rootOf(entity, 'monolith')
  const step = db.transaction((entity: string, limit: number) => backfillStep(db, root(entity), limit))
  const repair = db.transaction((keys: readonly EntityKey[]) => {
    for (const { entity, key } of keys) append(db, root(entity), { cause: 'repair', keys: [key] })
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
  const keys = keysAfter(db, root, { cursor: state.cursor, limit })
  append(db, root, { cause: 'backfill', keys })
  const next = {
    entity: root.entity,
    cursor: keys.at(-1) ?? state.cursor,
    done: state.done + keys.length,
    isFinished: keys.length < limit,
  }
  writeState(db, next)
  return { ...next, appended: keys.length, tookMs: performance.now() - startedMs }
}

/** Copies carry no epoch: they never win over anything. */
function append(
  db: Database,
  { entity, group }: FeedTable,
  { cause, keys }: { cause: Cause; keys: string[] },
): void {
  const insert = db.prepare(
    `insert into feed (epoch, origin, write_group, cause, entity, key, partition, at_ms)
     values (0, 'monolith', ?, ?, ?, ?, null, ?)`,
  )
  for (const key of keys) insert.run(group, cause, entity, key, Date.now())
}

type Page = { readonly cursor: string | null; readonly limit: number }

function keysAfter(db: Database, root: FeedTable, { cursor, limit }: Page): string[] {
  const columns = root.keyColumns.map((column) => `"${column}"`).join(', ')
  const after = cursor === null ? [] : splitKey(cursor)
  const where = cursor === null ? '' : `where (${columns}) > (${after.map(() => '?').join(', ')})`
  return db
    .prepare<unknown[], string>(
      `select ${keyOf(root, 'root')} from "${root.table}" root ${where} order by ${columns} limit ?`,
    )
    .pluck()
    .all(...after, limit)
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
