import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { EMOTIONS, type Emotion } from '@emotibot/contracts'
import fc from 'fast-check'

type Held = string | number | null

/** A turn as an old file may hold it, and what its user says it was. */
export type OldTurn = {
  readonly label: Held
  readonly polarity: Held
  readonly timestamp: Held
  readonly said: readonly Emotion[]
}

const DAY_MS = 24 * 3_600_000

/** Most within a year, many within a day; in Python's spelling, in ISO's with a zone, or none at all. */
const time = fc
  .tuple(fc.oneof(fc.integer({ max: DAY_MS, min: 0 }), fc.integer({ max: 400 * DAY_MS, min: 0 })), fc.nat(3))
  .map(([agoMs, spelling]) => {
    const iso = new Date(Date.now() - agoMs).toISOString()
    if (spelling === 0) return iso
    if (spelling === 1) return iso.replace('Z', '+02:00')
    return spelling === 2 ? iso.replace('T', ' ').replace('Z', '456') : iso.replace('T', ' ').slice(0, 19)
  })
const oddTime = fc.constantFrom<Held>(null, '', 'yesterday', 1_714_587_761, '2024-13-45 99:00:00', 'a\u0000b')

const polarity = fc.oneof(
  { arbitrary: fc.integer({ min: -10_000, max: 10_000 }).map((value) => value / 10_000), weight: 6 },
  { arbitrary: fc.double({ min: -1, max: 1, noNaN: true }), weight: 2 },
  {
    arbitrary: fc.constantFrom<Held>(
      null,
      'abc',
      '',
      '0.25',
      '5e-1 ',
      1.5,
      -7,
      Number.POSITIVE_INFINITY,
      1,
      -1,
      0,
    ),
    weight: 2,
  },
)
const label = fc.oneof(
  { arbitrary: fc.constantFrom<Held>(...EMOTIONS), weight: 6 },
  { arbitrary: fc.constantFrom<Held>(null, '', 'joy', 'HAPPY', 'a\u0000\uE000', 'é', 7), weight: 2 },
)

const oldTurn: fc.Arbitrary<OldTurn> = fc.record({
  label,
  polarity,
  timestamp: fc.oneof({ arbitrary: time, weight: 8 }, { arbitrary: oddTime, weight: 1 }),
  said: fc.oneof(
    { arbitrary: fc.constant([]), weight: 3 },
    { arbitrary: fc.array(fc.constantFrom(...EMOTIONS), { minLength: 1, maxLength: 2 }), weight: 1 },
  ),
})

export const turnsOfOneUser = fc.array(oldTurn, { maxLength: 90, size: 'max' })

/** Adds turns of a user to an old file that no monolith has opened yet. Answers their ids. */
export function addOldTurns(file: string, userId: string, turns: readonly OldTurn[]): string[] {
  const database = new DatabaseSync(file)
  const add = database.prepare('INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const ids = turns.map(({ label: emotion, polarity: value, timestamp }) => {
    const id = randomUUID()
    add.run(id, userId, 'hello', 'hi', emotion, 0.5, value, 0.5, timestamp)
    return id
  })
  database.close()
  return ids
}
