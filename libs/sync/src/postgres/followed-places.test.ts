import { describe, expect, it } from 'vitest'
import { FollowedPlaces } from './followed-places.ts'

const at = (seq: number) => [{ store: 'monolith', xid: '0', seq, anchor: null }]

describe('places that a store follows', () => {
  it('are claimed once all that they stand for is told', () => {
    const followed = new FollowedPlaces()
    followed.note({ xmax: 10n, places: at(1) })
    followed.note({ xmax: 20n, places: at(2) })
    expect(followed.claimBelow(9n)).toEqual([])
    expect(followed.claimBelow(10n)).toEqual(at(1))
    expect(followed.claimBelow(19n)).toEqual(at(1))
    expect(followed.claimBelow(20n)).toEqual(at(2))
  })

  it('need no more telling where nothing changed since', () => {
    const followed = new FollowedPlaces()
    followed.note({ xmax: 10n, places: at(1) })
    followed.note({ xmax: 20n, places: at(1) })
    expect(followed.claimBelow(10n)).toEqual(at(1))
  })

  it('are remembered for a bounded time', () => {
    const followed = new FollowedPlaces()
    for (let look = 0; look < 2_000; look += 1) followed.note({ xmax: BigInt(look), places: at(look) })
    expect(followed.claimBelow(10n)).toEqual([])
    expect(followed.claimBelow(1_999n)).toEqual(at(1_999))
  })
})
