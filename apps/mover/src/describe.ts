import type { CarveOutStatus, Side } from '@emotibot/contracts'
import type { Conflict } from '@emotibot/sync'
import type { CarveOut } from './carve-out.ts'
import type { Direction, Movement } from './movement.ts'

type FeedStatus = CarveOutStatus['feeds'][number]
type BackfillStatus = CarveOutStatus['backfill'][number]

const SHOWN = 20
const MOST_COUNTED = 1_000
const MOST_CONFLICTS = 100
/** A store that is away must not take the answer with it: what it would say is then not known. */
const ANSWER_WITHIN_MS = 1_000

export async function describeCarveOut(carveOut: CarveOut): Promise<CarveOutStatus> {
  const { domain } = carveOut
  const movement = carveOut.movement()
  const common = { verify: carveOut.comparison.status(), flip: carveOut.flip() }
  if (!movement)
    return { ...common, domain, state: 'waiting', reason: carveOut.waitsBecause(), feeds: [], backfill: [] }
  const [hasBegun, feeds, backfill] = await Promise.all([
    movement.hasBegun(),
    Promise.all(movement.directions.map(describeFeed)),
    describeBackfill(movement),
  ])
  return {
    ...common,
    domain,
    state: hasBegun ? 'moving' : 'idle',
    reason: null,
    feeds,
    backfill,
    is_backfilled: backfill.every(({ is_finished }) => is_finished),
    users: backfill[0]?.total ?? null,
  }
}

async function describeFeed({ name, source, destination, pump }: Direction): Promise<FeedStatus> {
  const { state, reason } = pump.status()
  const [behind, setAside, conflicts] = await Promise.all([
    known(pump.lag()),
    known(destination.applier.setAside(name, MOST_COUNTED)),
    known(destination.applier.conflicts(MOST_CONFLICTS)),
  ])
  return {
    from: source.side,
    to: destination.side,
    state,
    reason,
    behind: behind && { entries: behind.entries, ms: behind.ms },
    set_aside: setAside?.slice(0, SHOWN).map(shownOf) ?? null,
    set_aside_count: setAside?.length ?? null,
    conflicts: conflicts?.length ?? null,
    conflict_list:
      conflicts?.slice(0, SHOWN).map((one) => conflictOf(one, source.side, destination.side)) ?? null,
  }
}

type Shown = { entity: string; key: string; reason: string; attempts: number; since: string }

const shownOf = ({ entity, key, reason, attempts, since }: Shown): Shown => ({
  entity,
  key,
  reason,
  attempts,
  since,
})

type KeptConflict = NonNullable<FeedStatus['conflict_list']>[number]

/** Never the row that lost: it holds hashes of passwords. */
function conflictOf(conflict: Conflict, from: Side, to: Side): KeptConflict {
  const { id, entity, key, winner, epochHere, epochSource, at } = conflict
  const epochs =
    to === 'service'
      ? { monolith: epochSource, service: epochHere }
      : { monolith: epochHere, service: epochSource }
  return { id, entity, key, winner: winner === 'here' ? to : from, epochs, at }
}

function describeBackfill({ sides, entities }: Movement): Promise<BackfillStatus[]> {
  const { copies } = sides.monolith
  return Promise.all(
    entities.map(async ({ name }) => {
      const [{ done, isFinished }, total] = await Promise.all([copies.backfill(name), copies.count(name)])
      return { entity: name, done, total: Math.max(done, total), is_finished: isFinished }
    }),
  )
}

async function known<T>(asked: Promise<T>): Promise<T | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(() => resolve(null), ANSWER_WITHIN_MS)
  try {
    return await Promise.race([asked.catch(() => null), late])
  } finally {
    clearTimeout(timer)
  }
}
