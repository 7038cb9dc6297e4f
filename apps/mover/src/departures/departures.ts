// Accounts that are deleted, told to a service that keeps rows of their users: it removes those it owns, under its own
// authority, and refuses their writes.
//
//   the monolith's feed, a stretch at a time ──► departed_users, departures_place: one transaction
//   now and then every tombstone there is    ──► departed_users: those whom no entry of the feed names
//
// Nothing is kept here, and to be told twice does no harm: a killed mover goes on where it was.
import { createBell, type Place } from '@emotibot/sync'
import { openDepartedUsers } from './departed-users.ts'
import { openUserTombstones, type UserTombstones } from './user-tombstones.ts'

export type DeparturesOptions = {
  readonly sqliteFile: string
  readonly databaseUrl: string
  readonly onFault: (error: unknown) => void
  /** How long between sweeps; ten minutes unless given. */
  readonly sweepEveryMs?: number
}

/** As often as a pump looks: whoever waits until the service has come so far waits for both. */
const LOOK_EVERY_MS = 25
const FAULT_MS = { least: 50, most: 2_000 }
const SWEEP_EVERY_MS = 600_000

/** Until aborted; never throws. */
export async function followDepartures(options: DeparturesOptions, signal: AbortSignal): Promise<void> {
  const bell = createBell()
  let faultMs = FAULT_MS.least
  while (!signal.aborted) {
    try {
      await followOnce(options, signal, () => {
        faultMs = FAULT_MS.least
      })
    } catch (error) {
      options.onFault(error)
      await bell.wait(faultMs, signal)
      faultMs = Math.min(FAULT_MS.most, faultMs * 2)
    }
  }
}

async function followOnce(
  { sqliteFile, databaseUrl, sweepEveryMs = SWEEP_EVERY_MS }: DeparturesOptions,
  signal: AbortSignal,
  onWell: () => void,
): Promise<void> {
  const tombstones = openUserTombstones(sqliteFile)
  const departed = openDepartedUsers(databaseUrl)
  const bell = createBell()
  let sweptAtMs = Number.NEGATIVE_INFINITY

  /** Answers where it is now. */
  async function step(from: Place): Promise<Place> {
    const { gone, upTo } = tombstones.walk(from)
    if (upTo !== from) return (await departed.keep(gone, from, upTo)) ? upTo : open()
    if (performance.now() - sweptAtMs > sweepEveryMs) {
      await sweep()
      sweptAtMs = performance.now()
    }
    await bell.wait(LOOK_EVERY_MS, signal)
    return from
  }

  async function open(): Promise<Place> {
    const known = await departed.place()
    if (known && isOf(tombstones, known)) return known
    const start: Place = { store: tombstones.store(), xid: '0', seq: 0, anchor: null }
    await departed.startOver(start)
    return start
  }

  async function sweep(): Promise<void> {
    for (let after: string | null = ''; after !== null && !signal.aborted; ) {
      const { gone, last } = tombstones.sweep(after)
      await departed.add(gone)
      after = last
    }
  }

  try {
    for (let place = await open(); !signal.aborted; place = await step(place)) onWell()
  } finally {
    tombstones.close()
    await departed.close()
  }
}

const isOf = (tombstones: UserTombstones, place: Place): boolean =>
  place.store === tombstones.store() && tombstones.hasPassed(place)
