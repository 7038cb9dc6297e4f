/** How long a copy rests between two steps, so that the source keeps most of its time for its users. */
export type Throttle = { readonly bestMsPerRow: number | null; readonly restMs: number }

export const FRESH_THROTTLE: Throttle = { bestMsPerRow: null, restMs: 0 }

/** Rest three times as long as a step took: a quarter of the source's time at most. */
const REST_PER_WORK = 3
/** A row that takes this many times the best seen means that the source is busy with others. */
const BUSY_FACTOR = 4
const BUSY_REST = 4
const MOST_REST_MS = 2_000

export function afterStep({ bestMsPerRow }: Throttle, step: { tookMs: number; rows: number }): Throttle {
  const msPerRow = step.tookMs / Math.max(1, step.rows)
  const best = bestMsPerRow === null ? msPerRow : Math.min(bestMsPerRow, msPerRow)
  const isBusy = msPerRow > best * BUSY_FACTOR
  const restMs = Math.min(MOST_REST_MS, step.tookMs * REST_PER_WORK * (isBusy ? BUSY_REST : 1))
  return { bestMsPerRow: best, restMs }
}
