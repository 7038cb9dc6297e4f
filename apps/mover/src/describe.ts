import type { CarveOutStatus } from '@emotibot/contracts'
import type { CarveOut } from './carve-out.ts'
import type { Direction, Movement } from './movement.ts'

type FeedStatus = CarveOutStatus['feeds'][number]
type BackfillStatus = CarveOutStatus['backfill'][number]

const SHOWN = 20
const MOST_CONFLICTS = 100
/** A store that is away must not take the answer with it: what it would say is then not known. */
const ANSWER_WITHIN_MS = 1_000

export async function describeCarveOut(carveOut: CarveOut): Promise<CarveOutStatus> {
  const { domain } = carveOut
  const movement = carveOut.movement()
  if (!movement) return { domain, state: 'waiting', reason: carveOut.waitsBecause(), feeds: [], backfill: [] }
  const [hasBegun, feeds, backfill] = await Promise.all([
    movement.hasBegun(),
    Promise.all(movement.directions.map(describeFeed)),
    describeBackfill(movement),
  ])
  return { domain, state: hasBegun ? 'moving' : 'idle', reason: null, feeds, backfill }
}

async function describeFeed({ name, source, destination, pump }: Direction): Promise<FeedStatus> {
  const { state, reason } = pump.status()
  const [behind, setAside, conflicts] = await Promise.all([
    known(pump.lag()),
    known(destination.applier.setAside(name, SHOWN)),
    known(destination.applier.conflicts(MOST_CONFLICTS)),
  ])
  return {
    from: source.side,
    to: destination.side,
    state,
    reason,
    behind: behind && { entries: behind.entries, ms: behind.ms },
    set_aside: setAside?.map(shownOf) ?? null,
    conflicts: conflicts?.length ?? null,
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
