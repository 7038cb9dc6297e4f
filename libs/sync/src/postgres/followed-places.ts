// How far a store was in the feeds it follows, as whoever is told its own feed may claim:
//
//   a look:  places P, and xmax X: what P stands for has been entered by transactions below X, all of them ended
//   a page that tells all below T (then or before) may claim the P of the latest look whose X is not above T
//
// P itself would say too much: a page ends at its limit, or at the oldest transaction that still runs, and entries that
// P stands for may lie beyond.
import type { Place } from '../position.ts'

export type Look = { readonly xmax: bigint; readonly places: readonly Place[] }

/** Who is further behind than so many looks claims nothing until it has caught up. */
const MOST_LOOKS = 512

export class FollowedPlaces {
  readonly #looks: Look[] = []

  note(look: Look): void {
    const last = this.#looks.at(-1)
    if (last && (look.xmax < last.xmax || isSame(look.places, last.places))) return
    this.#looks.push(look)
    if (this.#looks.length > MOST_LOOKS) this.#looks.shift()
  }

  /** Of a page before whose end, with all pages before it, every transaction below `told` is told. */
  claimBelow(told: bigint): readonly Place[] {
    return this.#looks.findLast(({ xmax }) => xmax <= told)?.places ?? []
  }
}

function isSame(one: readonly Place[], other: readonly Place[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
