import type { WriteGroup } from '@emotibot/contracts'
import type { Database } from 'better-sqlite3'
import type { Batch, Cause, FeedEntry, Rows } from '../batch.ts'
import { type Entities, groupKeys, missingParents } from '../entities.ts'
import type { EntityKey } from '../entity.ts'
import { storeChangedError, storeRestoredError } from '../errors.ts'
import type { Anchor, Place } from '../position.ts'
import { type FeedReader, type Lag, MOST_COUNTED } from '../store.ts'
import { positionOf } from './open-write.ts'

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
  const readBehind = db.prepare<[number, string], { entries: number; oldest: number | null }>(
    `select count(*) as entries, min(at_ms) as oldest from (select at_ms from feed
     where seq > ? and origin = 'monolith' and entity in (select value from json_each(?)) order by seq limit ${MOST_COUNTED})`,
  )

  function readBatch(place: Place, limit: number): Batch {
    assertSameStore(db, place)
    const found = readEntries.all(place.seq, names, limit)
    const last = found.at(-1)?.seq ?? place.seq
    const seq = found.length < limit ? endOf(db) : last
    return {
      entries: found.map(toEntry),
      rows: readRows(db, entities, found),
      next: { ...place, seq, anchor: anchorAt(db, seq) },
    }
  }

  return {
    storeId: async () => storeOf(db),
    readBatch: async (place, limit) => db.transaction(() => readBatch(place, limit)).deferred(),
    readRows: async (keys) => db.transaction(() => readRows(db, entities, keys)).deferred(),
    end: async () => positionOf(db),
    lag: async (place): Promise<Lag> => {
      const { entries, oldest } = readBehind.get(place.seq, names) ?? { entries: 0, oldest: null }
      return { entries, ms: oldest === null ? 0 : Math.max(0, Date.now() - oldest) }
    },
  }
}

export function storeOf(db: Database): string {
  return db.prepare<[], string>('select id from store').pluck().get() as string
}

const endOf = (db: Database): number =>
  db.prepare<[], number>('select coalesce(max(seq), 0) from feed').pluck().get() as number

function toEntry({ write_group: group, epoch, cause, entity, key, partition }: EntryColumns): FeedEntry {
  return { entity, key, epoch, group, cause, partition }
}

/** Rows and whatever parents they lack. Inside one transaction, so that they fit together. */
function readRows(db: Database, entities: Entities, keys: readonly EntityKey[]): Rows {
  const rows = new Map<string, Map<string, unknown>>()
  for (let wanted = keys; wanted.length > 0; wanted = missingParents(entities, 'monolith', rows)) {
    const sizeBefore = sizeOf(rows)
    for (const [entity, some] of groupKeys(wanted)) {
      const read = entities.get(entity).monolith.read(db, some)
      rows.set(entity, new Map([...(rows.get(entity) ?? []), ...read]))
    }
    if (sizeOf(rows) === sizeBefore) break
  }
  return rows
}

const sizeOf = (rows: Rows): number => [...rows.values()].reduce((sum, byKey) => sum + byKey.size, 0)

/** A file restored from a backup has other entries, or none, where this feed has been. */
function assertSameStore(db: Database, place: Place): void {
  const store = storeOf(db)
  if (store !== place.store) throw storeChangedError('monolith', place.store, store)
  const { anchor } = place
  if (anchor && anchorAt(db, anchor.seq)?.print !== anchor.print)
    throw storeRestoredError(store, `entry ${anchor.seq}`)
}

function anchorAt(db: Database, seq: number): Anchor | null {
  const print = db
    .prepare<[number], string>(`select at_ms || '.' || entity || '.' || key from feed where seq = ?`)
    .pluck()
    .get(seq)
  return print === undefined ? null : { seq, print }
}
