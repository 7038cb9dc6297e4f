import type { Database } from 'better-sqlite3'
import type { Places } from '../applied-check.ts'
import type { Place } from '../position.ts'

/** How far the monolith's file has come in the feeds that are applied to it. */
export function readSqlitePlaces(db: Database): Places {
  const [own = ''] = db.prepare<[], string>('select id from store').pluck().all() as string[]
  const texts = db.prepare<[], string>('select place from places').pluck().all() as string[]
  return { own, places: texts.map((text) => JSON.parse(text) as Place) }
}
