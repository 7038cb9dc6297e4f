import type { Store } from '@emotibot/service-store'
import type { Place, Places } from '@emotibot/sync'
import { departuresPlace } from './schema.ts'

/**
 * How far this store has come in its own feed and in those it follows. Of the monolith's feed the mover brings rows and
 * departed users on two ways, and only what both have brought is here.
 */
export async function readPlaces(store: Store): Promise<Places> {
  const [{ own, places }, departures] = await Promise.all([
    store.places(),
    store.read((db) => db.select().from(departuresPlace)),
  ])
  return { own, places: places.map((pumped) => lesser(pumped, departures[0]?.place ?? null)) }
}

/** Both are of a SQLite feed, which is ordered by `seq` alone. Without a word of departures nothing is known to be here. */
export function lesser(pumped: Place, departures: Place | null): Place {
  if (departures?.store !== pumped.store) return { ...pumped, seq: 0, anchor: null }
  return departures.seq < pumped.seq ? departures : pumped
}
