import type { Change } from './batch.ts'
import { type Counts, NO_COUNTS, type SetAside, type Store } from './store.ts'

/** Tries set-aside changes again, ever more seldom while nothing comes of it. */
export type Retrier = {
  /** What a step did: a newly set-aside change is tried again soon. */
  note(counts: Counts): void
  retryWhenDue(): Promise<Counts>
}

const PAUSE_MS = { least: 50, most: 30_000 }
const AT_ONCE = 50
const MOST_SETTLED = 10_000

export type RetrierOptions = { readonly name: string; readonly source: Store; readonly destination: Store }

export function createRetrier({ name, source, destination }: RetrierOptions): Retrier {
  let pauseMs = PAUSE_MS.least
  let dueAtMs = 0

  const retry = async (): Promise<Counts> =>
    retryWaiting({ name, source, destination }, await destination.applier.setAside(name, AT_ONCE))

  return {
    note: ({ setAside, queued }) => {
      if (setAside + queued === 0) return
      pauseMs = PAUSE_MS.least
      dueAtMs = performance.now() + pauseMs
    },
    retryWhenDue: async () => {
      if (performance.now() < dueAtMs) return NO_COUNTS
      pauseMs = Math.min(PAUSE_MS.most, pauseMs * 2)
      dueAtMs = performance.now() + pauseMs
      // Those that failed again were counted when they were set aside.
      return { ...(await retry()), setAside: 0 }
    },
  }
}

/** The tickets were read before the rows: a change that came between them has voided its ticket. */
async function retryWaiting(
  { name, source, destination }: RetrierOptions,
  waiting: readonly SetAside[],
): Promise<Counts> {
  if (waiting.length === 0) return NO_COUNTS
  const rows = await source.feed.readRows(waiting)
  const retries = waiting.map((one) => ({
    ticket: one.ticket,
    change: toChange(one, rows.get(one.entity)?.get(one.key) ?? null),
  }))
  return destination.applier.retry(name, retries)
}

/** Tries everything that is set aside at the destination once, now. Answers how many there were, and how many are left. */
export async function settleSetAside(options: RetrierOptions): Promise<{ retried: number; left: number }> {
  const { name, destination } = options
  const waiting = await destination.applier.setAside(name, MOST_SETTLED)
  for (let at = 0; at < waiting.length; at += AT_ONCE)
    await retryWaiting(options, waiting.slice(at, at + AT_ONCE))
  const left = await destination.applier.setAside(name, MOST_SETTLED)
  return { retried: waiting.length, left: left.length }
}

function toChange({ entity, key, kind, epoch, partition }: SetAside, row: unknown): Change {
  return { entity, key, kind, epoch, partition, row }
}
