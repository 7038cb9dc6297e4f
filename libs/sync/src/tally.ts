import type { Planned } from './plan-change.ts'
import { type Counts, NO_COUNTS } from './store.ts'

const COUNTED_AS: Record<Planned['does'], keyof Counts> = {
  nothing: 'unchanged',
  refuse: 'refused',
  queue: 'queued',
  setAside: 'setAside',
  write: 'written',
  delete: 'deleted',
  keepOwn: 'conflicts',
}

/** Counts what became of the changes of one step. */
export type Tally = { add(planned: Planned): void; counts(): Counts }

export function createTally(): Tally {
  const counts = { ...NO_COUNTS }
  return {
    add: (planned) => {
      counts[COUNTED_AS[planned.does]] += 1
      if ('loser' in planned && planned.does !== 'keepOwn') counts.conflicts += 1
    },
    counts: () => counts,
  }
}
