import type { Position } from '@emotibot/contracts'
import { hasApplied, type Place } from './position.ts'

/** A store's own id, and how far it has come in the feeds that it follows. */
export type Places = { readonly own: string; readonly places: readonly Place[] }

/**
 * Whether a store has taken in all that a position names: its own writes always, those of a feed it follows once they
 * are applied, and of stores that nobody follows here nothing is asked. A place only grows, so one that was far
 * enough is not read again.
 */
export function createAppliedCheck(
  read: () => Places | Promise<Places>,
): (position: Position) => Promise<boolean> {
  let own: string | null = null
  const reached = new Map<string, Place>()

  return async (position) => {
    const isSettled = (store: string): boolean => {
      const place = reached.get(store)
      return store === own || (place !== undefined && hasApplied(place, position))
    }
    const stores = Object.keys(position)
    if (stores.every(isSettled)) return true
    const { own: id, places } = await read()
    own = id
    for (const place of places) reached.set(place.store, place)
    return stores.every((store) => isSettled(store) || !reached.has(store))
  }
}
