import type { Places } from '@emotibot/sync'

export type Place = Places['places'][number]

/** How far this store has come. */
export type Standing = {
  readonly own: string
  /** In the feeds that the mover applies here: the monolith's. */
  readonly pumped: readonly Place[]
  /** In the monolith's deletions of users, which are copied apart; null before the first copy. */
  readonly departures: Place | null
  /** In the feeds that the readings are made from, as the last batch of events said. */
  readonly projected: readonly Place[]
}

/** What this store's own rows hold: of the monolith's feed no more than its deletions of users that have come. */
export function placesOfRows({ own, pumped, departures }: Standing): Places {
  const departuresOf = (store: string) => (departures?.store === store ? departures : startOf(store))
  return { own, places: pumped.map((place) => lesser(place, departuresOf(place.store))) }
}

/** What trends are made of: the rows here and the readings. */
export function placesOfTrends(standing: Standing): Places {
  const { own, places: ofRows } = placesOfRows(standing)
  const projectedIn = (store: string) => standing.projected.find((place) => place.store === store)
  const both = ofRows.map((place) => lesser(place, projectedIn(place.store) ?? startOf(place.store)))
  const onlyProjected = standing.projected.filter(({ store }) =>
    ofRows.every((place) => place.store !== store),
  )
  return { own, places: [...both, ...onlyProjected] }
}

const startOf = (store: string): Place => ({ store, xid: '0', seq: 0, anchor: null })

function lesser(one: Place, other: Place): Place {
  const [a, b] = [BigInt(one.xid), BigInt(other.xid)]
  if (a === b) return one.seq < other.seq ? one : other
  return a < b ? one : other
}
