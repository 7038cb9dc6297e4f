// Reading a Postgres feed without skipping anything. Transactions commit in another order than they number their
// entries, so an entry may appear behind one that was read already. Hence the horizon:
//
//   order (xid, seq)   ──── applied ────▶ place ──── this batch ────▶ xmin ···· not yet: some may still be running
//
// Every transaction below xmin has ended, so nothing can appear there any more, and what is there stays as it is. One
// long writing transaction anywhere in the cluster holds xmin back: the feed stalls, and skips nothing.
import type { WriteGroup } from '@emotibot/contracts'
import type { Sql, TransactionSql } from '@emotibot/db'
import type { Batch, Cause, Rows } from '../batch.ts'
import { type Entities, groupKeys } from '../entities.ts'
import type { EntityKey } from '../entity.ts'
import { storeChangedError, storeRestoredError } from '../errors.ts'
import type { Anchor, Place } from '../position.ts'
import { type FeedReader, type Lag, MOST_COUNTED } from '../store.ts'
import { readPostgresEnd } from './end-of-feed.ts'

type EntryColumns = {
  seq: string
  xid: string
  epoch: string
  write_group: WriteGroup
  cause: Cause
  entity: string
  key: string
  partition: string | null
}
type Horizon = { store: string; xmin: string; xmax: string; anchor: string | null }

export function createPostgresFeed(sql: Sql, entities: Entities): FeedReader {
  const inSnapshot = <T>(read: (tx: TransactionSql) => Promise<T>): Promise<T> =>
    sql.begin('isolation level repeatable read read only', read) as Promise<T>
  const own = [...entities.names]

  async function readBatch(tx: TransactionSql, place: Place, limit: number): Promise<Batch> {
    const { xmin } = await readHorizon(tx, place)
    const found = await tx<EntryColumns[]>`
      select seq::text as seq, xid::text as xid, epoch::text as epoch, write_group, cause, entity, key, partition
      from feed
      where (xid, seq) > (${place.xid}::xid8, ${place.seq}::bigint) and xid < ${xmin}::xid8
        and origin = 'service' and entity = any(${own})
      order by feed.xid, feed.seq limit ${limit}`
    const entries = found.map((row) => ({
      entity: row.entity,
      key: row.key,
      epoch: Number(row.epoch),
      group: row.write_group,
      cause: row.cause,
      partition: row.partition,
    }))
    const next = nextPlace(place, { found, xmin, isFull: found.length === limit })
    return {
      entries,
      rows: await readRows(tx, entities, entries),
      next: await anchored(tx, next, found.at(-1)),
    }
  }

  return {
    storeId: async () => {
      const [store] = await sql<{ id: string }[]>`select id from store`
      return store?.id ?? ''
    },
    readBatch: (place, limit) => inSnapshot((tx) => readBatch(tx, place, limit)),
    readRows: (keys) => inSnapshot((tx) => readRows(tx, entities, keys)),
    end: () => readPostgresEnd(sql),
    lag: async (place, most = MOST_COUNTED): Promise<Lag> => {
      const [behind] = await sql<{ entries: number; ms: number }[]>`
        select count(*)::int as entries, coalesce(extract(epoch from clock_timestamp() - min(at)) * 1000, 0)::float8 as ms
        from (select at from feed
          where (xid, seq) > (${place.xid}::xid8, ${place.seq}::bigint) and origin = 'service' and entity = any(${own})
          order by xid, seq limit ${most}) behind`
      return { entries: behind?.entries ?? 0, ms: Math.max(0, behind?.ms ?? 0) }
    },
  }
}

type Found = { readonly found: readonly EntryColumns[]; readonly xmin: string; readonly isFull: boolean }

/** A full page ends at its last entry; else everything below the horizon has been seen. */
function nextPlace(place: Place, { found, xmin, isFull }: Found): Place {
  const last = found.at(-1)
  if (isFull && last) return { ...place, xid: last.xid, seq: Number(last.seq) }
  return BigInt(xmin) > BigInt(place.xid) ? { ...place, xid: xmin, seq: 0 } : place
}

async function anchored(tx: TransactionSql, next: Place, last: EntryColumns | undefined): Promise<Place> {
  if (!last) return next
  const seq = Number(last.seq)
  const [row] = await tx<
    { print: string }[]
  >`select ${tx.unsafe(PRINT)} as print from feed where seq = ${seq}`
  const anchor: Anchor | null = row ? { seq, print: row.print } : null
  return { ...next, anchor }
}

const PRINT = `xid::text || '.' || extract(epoch from at)::text || '.' || entity || '.' || key`

/** A database restored from a backup has other entries, or none, where this feed has been, or younger transactions. */
async function readHorizon(tx: TransactionSql, place: Place): Promise<Horizon> {
  const [horizon] = await tx<Horizon[]>`
    select id as store, pg_snapshot_xmin(pg_current_snapshot())::text as xmin,
      pg_snapshot_xmax(pg_current_snapshot())::text as xmax,
      (select ${tx.unsafe(PRINT)} from feed where seq = ${place.anchor?.seq ?? 0}) as anchor
    from store`
  if (horizon?.store !== place.store)
    throw storeChangedError('service', place.store, horizon?.store ?? 'none')
  const { anchor } = place
  if (anchor && horizon.anchor !== anchor.print) throw storeRestoredError(place.store, `entry ${anchor.seq}`)
  if (BigInt(place.xid) > BigInt(horizon.xmax))
    throw storeRestoredError(place.store, `transaction ${place.xid}`)
  return horizon
}

async function readRows(tx: TransactionSql, entities: Entities, keys: readonly EntityKey[]): Promise<Rows> {
  const grouped = [...groupKeys(keys)]
  const read = await Promise.all(grouped.map(([entity, some]) => entities.get(entity).service.read(tx, some)))
  return new Map(grouped.map(([entity], at) => [entity, read[at] ?? new Map()]))
}
