import type { Domain } from '@emotibot/contracts'
import type { Places } from '@emotibot/sync'
import { inArray } from 'drizzle-orm'
import type { Reader } from './store.ts'
import { places, storeTable } from './sync-tables.ts'

/** How far this file has come in the feeds that are applied to it: of the services of these domains, or of all. */
export function readPlaces(db: Reader, domains?: readonly Domain[]): Places {
  const own = db.select().from(storeTable).get()?.id ?? ''
  const isOfThese = domains && inArray(places.source, [...domains])
  const rows = db.select({ place: places.place }).from(places).where(isOfThese).all()
  return { own, places: rows.map(({ place }) => place) }
}
