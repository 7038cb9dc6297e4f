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

export type RetrierOptions = { readonly name: string; readonly source: Store; readonly destination: Store }

export function createRetrier({ name, source, destination }: RetrierOptions): Retrier {
  let pauseMs = PAUSE_MS.least
  let dueAtMs = 0

  /** The tickets are read before the rows: a change that comes between them voids its ticket. */
  async function retry(): Promise<Counts> {
    const waiting = await destination.applier.setAside(name, AT_ONCE)
    if (waiting.length === 0) return NO_COUNTS
    const rows = await source.feed.readRows(waiting)
    const retries = waiting.map((one) => ({
      ticket: one.ticket,
      change: toChange(one, rows.get(one.entity)?.get(one.key) ?? null),
    }))
    return destination.applier.retry(name, retries)
  }

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

function toChange({ entity, key, kind, epoch, partition }: SetAside, row: unknown): Change {
  return { entity, key, kind, epoch, partition, row }
}
