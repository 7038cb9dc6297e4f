import type { Position } from '@emotibot/contracts'
import type { IsApplied } from '@emotibot/service-kit'
import { createAppliedCheck } from '@emotibot/sync'
import { placesOfRows, placesOfTrends, type Standing } from './places.ts'

export type PositionChecks = {
  /** Of the rows that are written here, deletions of accounts included. */
  readonly rows: IsApplied
  /** Of all that trends are made of. */
  readonly trends: IsApplied
}

export function createPositionChecks(read: () => Promise<Standing>): PositionChecks {
  return {
    rows: createAppliedCheck(async () => placesOfRows(await read())),
    trends: createTrendsCheck(read),
  }
}

/** Before the first batch of events nobody here knows which store conversation's is: any that is not known may be. */
function createTrendsCheck(read: () => Promise<Standing>): IsApplied {
  let last: Standing | null = null
  const isApplied = createAppliedCheck(async () => {
    last = await read()
    return placesOfTrends(last)
  })
  return async (position) => (await isApplied(position)) && (last === null || knowsAll(last, position))
}

function knowsAll(standing: Standing, position: Position): boolean {
  if (standing.projected.length > 0) return true
  const { own, places } = placesOfTrends(standing)
  return Object.keys(position).every(
    (store) => store === own || places.some((place) => place.store === store),
  )
}
