import type { Database } from 'better-sqlite3'
import { storeChangedError } from '../errors.ts'
import { type Place, startOf } from '../position.ts'

export function readPlace(db: Database, source: string): Place | null {
  const text = db.prepare<[string], string>('select place from places where source = ?').pluck().get(source)
  return text === undefined ? null : (JSON.parse(text as string) as Place)
}

export function writePlace(db: Database, source: string, place: Place): void {
  db.prepare('update places set place = ? where source = ?').run(JSON.stringify(place), source)
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
