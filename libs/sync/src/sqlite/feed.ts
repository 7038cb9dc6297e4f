import type { WriteGroup } from '@emotibot/contracts'
import type { Database } from 'better-sqlite3'
import type { Batch, Cause, FeedEntry, Rows } from '../batch.ts'
import { type Entities, groupKeys } from '../entities.ts'
import type { EntityKey, FeedTable } from '../entity.ts'
import { storeChangedError, storeRestoredError } from '../errors.ts'
import type { Anchor, Place } from '../position.ts'
import { type FeedReader, type Lag, MOST_COUNTED } from '../store.ts'
import { UnreadableRow } from '../unreadable.ts'
import { isSuspect, nameKey, oddBytes } from './feed-keys.ts'
import { positionOf } from './open-write.ts'
import { prepareOnce } from './prepare-once.ts'
import { keyOf } from './triggers.ts'

type EntryColumns = {
  seq: number
  epoch: number
  write_group: WriteGroup
  cause: Cause
  entity: string
  key: string
  partition: string | null
}

/** SQLite commits in the order of `seq`, for it has one writer at a time: a place is a seq, and nothing comes before it later. */
export function createSqliteFeed(db: Database, entities: Entities): FeedReader {
  const names = JSON.stringify(entities.names)
  const readEntries = db.prepare<[number, string, number], EntryColumns>(
    `select seq, epoch, write_group, cause, entity, key, partition from feed
     where seq > ? and origin = 'monolith' and entity in (select value from json_each(?)) order by seq limit ?`,
  )
  const readBehind = db.prepare<[number, string, number], { entries: number; oldest: number | null }>(
    `select count(*) as entries, min(at_ms) as oldest from (select at_ms from feed
     where seq > ? and origin = 'monolith' and entity in (select value from json_each(?)) order by seq limit ?)`,
  )

  function readBatch(place: Place, limit: number): Batch {
    assertSameStore(db, place)
    const found = readEntries.all(place.seq, names, limit)
    const last = found.at(-1)?.seq ?? place.seq
    const seq = found.length < limit ? endOf(db) : last
    const entries = found.map((columns) => toEntry(columns, keyAt(db, columns)))
    return {
      entries,
      rows: readRows(db, entities, entries),
      next: { ...place, seq, anchor: anchorAt(db, seq) },
    }
  }

  return {
    storeId: async () => storeOf(db),
    readBatch: async (place, limit) => db.transaction(() => readBatch(place, limit)).deferred(),
    readRows: async (keys) => db.transaction(() => readRows(db, entities, keys)).deferred(),
    end: async () => positionOf(db),
    lag: async (place, most = MOST_COUNTED): Promise<Lag> => {
      const { entries, oldest } = readBehind.get(place.seq, names, most) ?? { entries: 0, oldest: null }
      return { entries, ms: oldest === null ? 0 : Math.max(0, Date.now() - oldest) }
    },
  }
}

export function storeOf(db: Database): string {
  return prepareOnce<[], { id: string }>(db, 'select id from store').get()?.id ?? ''
}

const endOf = (db: Database): number =>
  prepareOnce<[], { seq: number }>(db, 'select coalesce(max(seq), 0) as seq from feed').get()?.seq ?? 0

function toEntry(columns: EntryColumns, key: string): FeedEntry {
  const { write_group: group, epoch, cause, entity, partition } = columns
  return { entity, key, epoch, group, cause, partition }
}

/** Inside one transaction, so that they fit together. */
function readRows(db: Database, entities: Entities, keys: readonly EntityKey[]): Rows {
  const rows = new Map<string, ReadonlyMap<string, unknown>>()
  for (const [entity, some] of groupKeys(keys)) {
    const read: Map<string, unknown> = entities.get(entity).monolith.read(
      db,
      some.filter((key) => oddBytes(key) === null),
    )
    for (const key of some)
      if (hasOddRow(db, entities.rootOf(entity, 'monolith'), key)) read.set(key, new UnreadableRow(key))
    rows.set(entity, read)
  }
  return rows
}

/** Few and rare: no index helps to find them. */
function hasOddRow(db: Database, root: FeedTable, key: string): boolean {
  const bytes = oddBytes(key)
  if (bytes === null) return false
  const text = `select 1 from "${root.table}" root where ${keyOf(root, 'root')} = cast(? as text)`
  return prepareOnce<[Buffer], unknown>(db, text).get(bytes) !== undefined
}

/** The bytes are asked for only where the text may hide them. */
function keyAt(db: Database, { seq, key }: Pick<EntryColumns, 'seq' | 'key'>): string {
  if (!isSuspect(key)) return key
  const text = 'select cast(key as blob) as bytes from feed where seq = ?'
  return nameKey(prepareOnce<[number], { bytes: Buffer }>(db, text).get(seq)?.bytes ?? Buffer.from(key))
}

/** A file restored from a backup has other entries, or none, where this feed has been. */
function assertSameStore(db: Database, place: Place): void {
  const store = storeOf(db)
  if (store !== place.store) throw storeChangedError('monolith', place.store, store)
  const { anchor } = place
  if (anchor && anchorAt(db, anchor.seq)?.print !== anchor.print)
    throw storeRestoredError(store, `entry ${anchor.seq}`)
}

function anchorAt(db: Database, seq: number): Anchor | null {
  const text = 'select seq, at_ms, entity, key from feed where seq = ?'
  const row = prepareOnce<[number], EntryColumns & { at_ms: number }>(db, text).get(seq)
  return row ? { seq, print: `${row.at_ms}.${row.entity}.${keyAt(db, row)}` } : null
}
