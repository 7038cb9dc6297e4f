import type { Database } from 'better-sqlite3'
import { storeChangedError } from '../errors.ts'
import { type Place, startOf } from '../position.ts'
import { prepareOnce } from './prepare-once.ts'

export function readPlace(db: Database, source: string): Place | null {
  const find = prepareOnce<[string], { place: string }>(db, 'select place from places where source = ?')
  const row = find.get(source)
  return row === undefined ? null : (JSON.parse(row.place) as Place)
}

export function writePlace(db: Database, source: string, place: Place): void {
  prepareOnce<[string, string], unknown>(db, 'update places set place = ? where source = ?').run(
    JSON.stringify(place),
    source,
  )
}

/** The place of a source, made at the first time. A source that is another store than before needs a person. */
export function openPlace(db: Database, source: string, store: string): Place {
  const place = readPlace(db, source)
  if (place && place.store !== store) throw storeChangedError(source, place.store, store)
  if (place) return place
  const start = startOf(store)
  db.prepare('insert or ignore into places (source, store, place) values (?, ?, ?)').run(
    source,
    store,
    JSON.stringify(start),
  )
  return start
}

export function adoptStore(db: Database, source: string, store: string): void {
  db.prepare('insert or replace into places (source, store, place) values (?, ?, ?)').run(
    source,
    store,
    JSON.stringify(startOf(store)),
  )
}
