import type { Sql, TransactionSql } from '@emotibot/db'
import type { Cause } from '../batch.ts'
import type { Entities } from '../entities.ts'
import { type EntityKey, type FeedTable, splitKey } from '../entity.ts'
import type { BackfillState, CopyStep, CopyStore } from '../store.ts'
import { keyOf } from './triggers.ts'

type BackfillColumns = { cursor: string | null; done: string; is_finished: boolean }

export function createPostgresCopies(sql: Sql, entities: Entities): CopyStore {
  const root = (entity: string): FeedTable => entities.rootOf(entity, 'service')
  return {
    backfill: (entity) => readState(sql, entity),
    backfillStep: (entity, limit) =>
      sql.begin((tx) => backfillStep(tx, root(entity), limit)) as Promise<CopyStep>,
    restartBackfill: async (entity) => {
      await sql`delete from backfills where entity = ${entity}`
    },
    count: async (entity) => {
      const [row] = await sql<
        { count: number }[]
      >`select count(*)::int as count from ${sql(root(entity).table)}`
      return row?.count ?? 0
    },
    keysAfter: (entity, cursor, limit) => keysAfter(sql, root(entity), { cursor, limit }),
    repair: async (keys: readonly EntityKey[]) => {
      await sql.begin(async (tx) => {
        for (const { entity, key } of keys) await append(tx, root(entity), { cause: 'repair', keys: [key] })
      })
    },
  }
}

async function backfillStep(tx: TransactionSql, root: FeedTable, limit: number): Promise<CopyStep> {
  // Of two that backfill at once, the second goes on from where the first came to.
  await tx`select pg_advisory_xact_lock(hashtextextended(${`emotibot backfill ${root.entity}`}, 0))`
  const state = await readState(tx, root.entity)
  if (state.isFinished) return { ...state, appended: 0, tookMs: 0 }
  const startedMs = performance.now()
  const keys = await keysAfter(tx, root, { cursor: state.cursor, limit })
  await append(tx, root, { cause: 'backfill', keys })
  const next = {
    entity: root.entity,
    cursor: keys.at(-1) ?? state.cursor,
    done: state.done + keys.length,
    isFinished: keys.length < limit,
  }
  await writeState(tx, next)
  return { ...next, appended: keys.length, tookMs: performance.now() - startedMs }
}

type Appending = { readonly cause: Cause; readonly keys: string[] }

/** Copies carry no epoch: they never win over anything. */
async function append(
  tx: TransactionSql,
  { entity, group }: FeedTable,
  { cause, keys }: Appending,
): Promise<void> {
  await tx`
    insert into feed (epoch, origin, write_group, cause, entity, key)
    select 0, 'service', ${group}, ${cause}, ${entity}, key from unnest(${keys}::text[]) key`
}

type Page = { readonly cursor: string | null; readonly limit: number }

/** Each key once, however many rows have it. */
async function keysAfter(
  sql: Sql | TransactionSql,
  root: FeedTable,
  { cursor, limit }: Page,
): Promise<string[]> {
  const columns = root.keyColumns.map((column) => `"${column}"`).join(', ')
  const after = cursor === null ? [] : splitKey(cursor)
  const where = cursor === null ? '' : `where (${columns}) > (${after.map((_, n) => `$${n + 1}`).join(', ')})`
  const rows = await sql.unsafe<{ key: string }[]>(
    `select ${keyOf(root, 'root')} as key from "${root.table}" root ${where}
     group by ${columns} order by ${columns} limit ${Math.trunc(limit)}`,
    after,
  )
  return rows.map(({ key }) => key)
}

async function readState(sql: Sql | TransactionSql, entity: string): Promise<BackfillState> {
  const [row] = await sql<BackfillColumns[]>`
    select cursor, done, is_finished from backfills where entity = ${entity}`
  return {
    entity,
    cursor: row?.cursor ?? null,
    done: Number(row?.done ?? 0),
    isFinished: row?.is_finished ?? false,
  }
}

async function writeState(
  tx: TransactionSql,
  { entity, cursor, done, isFinished }: BackfillState,
): Promise<void> {
  await tx`
    insert into backfills (entity, cursor, done, is_finished) values (${entity}, ${cursor}, ${done}, ${isFinished})
    on conflict (entity) do update
      set cursor = excluded.cursor, done = excluded.done, is_finished = excluded.is_finished`
}
