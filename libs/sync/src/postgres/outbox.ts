// The feed of a service as its outbox: what the triggers wrote in the transaction of the change, whichever side made it.
//
//   after ──── entries of every origin ────▶ upTo ──── xmin ···· not yet (see feed.ts)
//     └ their events, and how far whoever has them all is: in this feed, and in those that this store follows
import type { EventBatch, EventEnvelope, Side } from '@emotibot/contracts'
import type { Sql, TransactionSql } from '@emotibot/db'
import type { Cause } from '../batch.ts'
import type { EntityKey } from '../entity.ts'
import { storeChangedError, storeRestoredError } from '../errors.ts'
import type { Place } from '../position.ts'
import { MOST_COUNTED } from '../store.ts'
import { FollowedPlaces } from './followed-places.ts'
import { decodeOutboxPlace, encodeOutboxPlace } from './outbox-place.ts'
import { readPostgresPlaces } from './read-places.ts'

/** Something about this key is new. The row is read with it, and may be newer than the entry. */
export type OutboxEntry = EntityKey & {
  /** The side that made the change; the other side's came by the mover. */
  readonly origin: Side
  readonly cause: Cause
  /** Null where whoever wrote it did not say. */
  readonly partition: string | null
  /** When it was written here, in ISO form. */
  readonly at: string
}

export type PostgresOutboxOptions = {
  /** Who tells, e.g. `conversation`. */
  readonly source: string
  /** Whose entries are told; others only move the place on. */
  readonly entities: readonly string[]
  /** What is told of these entries, in their order; `tx` reads the snapshot they are of. A key comes once. */
  eventsOf(tx: TransactionSql, entries: readonly OutboxEntry[]): Promise<EventEnvelope[]>
}

export type PostgresOutboxPage = {
  readonly batch: EventBatch
  readonly hasMore: boolean
  readonly isQuiet: boolean
  readonly followed: string
}

export type PostgresOutbox = {
  /** What follows `after`: at most `limit` entries. Throws StoppedError when `after` is not of this store as it is. */
  read(after: string, limit: number): Promise<PostgresOutboxPage>
  lag(after: string): Promise<{ readonly entries: number; readonly ms: number }>
}

/** What `createRelay` of `@emotibot/messaging` reads from. */
export function createPostgresOutbox(sql: Sql, options: PostgresOutboxOptions): PostgresOutbox {
  const entities = [...options.entities]
  const followed = new FollowedPlaces()
  return {
    read: (after, limit) =>
      sql.begin('isolation level repeatable read read only', (tx) =>
        readPage(tx, options, { after, limit, followed }),
      ) as Promise<PostgresOutboxPage>,
    lag: async (after) => {
      const { xid, seq } = decodeOutboxPlace(after, '')
      const [behind] = await sql<{ entries: number; ms: number }[]>`
        select count(*)::int as entries, coalesce(extract(epoch from clock_timestamp() - min(at)) * 1000, 0)::float8 as ms
        from (select at from feed
          where (xid, seq) > (${xid}::xid8, ${seq}::bigint) and entity = any(${entities})
          order by xid, seq limit ${MOST_COUNTED}) behind`
      return { entries: behind?.entries ?? 0, ms: Math.max(0, behind?.ms ?? 0) }
    },
  }
}

type Asked = { readonly after: string; readonly limit: number; readonly followed: FollowedPlaces }

async function readPage(
  tx: TransactionSql,
  { source, entities, eventsOf }: PostgresOutboxOptions,
  { after, limit, followed }: Asked,
): Promise<PostgresOutboxPage> {
  const { own, places } = await readPostgresPlaces(tx)
  const place = decodeOutboxPlace(after, own)
  const { xmin, xmax, isQuiet } = await readHorizon(tx, own, place)
  followed.note({ xmax: BigInt(xmax), places })
  const found = isQuiet ? [] : await readEntries(tx, { place, xmin, entities, limit })
  const hasMore = found.length === limit
  const next = nextPlace(place, { last: found.at(-1), xmin, hasMore })
  const claimed = followed.claimBelow(BigInt(next.xid))
  const batch = {
    source,
    after,
    upTo: encodeOutboxPlace(next),
    places: [next, ...claimed],
    events: found.length > 0 ? await eventsOf(tx, newestOfEach(found)) : [],
  }
  return { batch, hasMore, isQuiet, followed: JSON.stringify(claimed) }
}

/** A store restored from a backup has younger transactions than it had. */
async function readHorizon(tx: TransactionSql, own: string, place: Place) {
  if (place.store !== own) throw storeChangedError('outbox', place.store, own)
  const [horizon] = await tx<{ xmin: string; xmax: string; isQuiet: boolean }[]>`
    select lowest::text as xmin, pg_snapshot_xmax(pg_current_snapshot())::text as xmax,
      not exists (select from feed
        where (xid, seq) > (${place.xid}::xid8, ${place.seq}::bigint) and xid < lowest) as "isQuiet"
    from pg_snapshot_xmin(pg_current_snapshot()) as lowest`
  if (!horizon || BigInt(place.xid) > BigInt(horizon.xmax))
    throw storeRestoredError(place.store, `transaction ${place.xid}`)
  return horizon
}

type Found = OutboxEntry & { readonly xid: string; readonly seq: string }
type Range = {
  readonly place: Place
  readonly xmin: string
  readonly entities: readonly string[]
  readonly limit: number
}

async function readEntries(tx: TransactionSql, { place, xmin, entities, limit }: Range): Promise<Found[]> {
  return tx<Found[]>`
    select xid::text as xid, seq::text as seq, origin, cause, entity, key, partition,
      to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
    from feed
    where (xid, seq) > (${place.xid}::xid8, ${place.seq}::bigint) and xid < ${xmin}::xid8
      and entity = any(${[...entities]})
    order by feed.xid, feed.seq limit ${limit}`
}

type Seen = { readonly last: Found | undefined; readonly xmin: string; readonly hasMore: boolean }

/** A full page ends at its last entry; else everything below the horizon has been seen. */
function nextPlace(place: Place, { last, xmin, hasMore }: Seen): Place {
  if (hasMore && last) return { ...place, xid: last.xid, seq: Number(last.seq) }
  return BigInt(xmin) > BigInt(place.xid) ? { ...place, xid: xmin, seq: 0 } : place
}

/** All entries of a key tell of one row, so the last of them stands for all. */
function newestOfEach(found: readonly Found[]): OutboxEntry[] {
  const newest = new Map<string, OutboxEntry>()
  for (const { xid: _xid, seq: _seq, ...entry } of found) {
    const id = JSON.stringify([entry.entity, entry.key])
    newest.delete(id)
    newest.set(id, entry)
  }
  return [...newest.values()]
}
