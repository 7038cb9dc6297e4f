import type { EventBatch } from '@emotibot/contracts'
import type { OutboxPage, OutboxReader } from './outbox-reader.ts'

/** A batch of several events is kept below this; turns of 100 KB come alone or a few at a time. */
const MOST_OF_SEVERAL_BYTES = 512 * 1024
/** One event alone may have this much; consumers let a little more in. */
export const MOST_OF_ONE_BYTES = 8 * 1024 * 1024

export type LastSent = { readonly followed: string; readonly atMs: number }

/** A place that moved past nothing is told this seldom: else two idle stores of one cluster would keep each other awake. */
const QUIET_EVERY_MS = 1_000

/** Whether the consumer should hear of this page now. */
export function isWorthSending({ batch, isQuiet, followed }: OutboxPage, last: LastSent | null): boolean {
  if (batch.events.length > 0 || followed !== last?.followed) return true
  if (batch.upTo === batch.after) return false
  return !isQuiet || performance.now() - last.atMs > QUIET_EVERY_MS
}

/** The next page in a size that can travel; `fits` is the limit that made it so. */
export async function readFitting(
  outbox: OutboxReader,
  after: string,
  limit: number,
): Promise<{ readonly page: OutboxPage; readonly fits: number }> {
  const page = await outbox.read(after, limit)
  const bytes = Buffer.byteLength(JSON.stringify(page.batch))
  if (bytes <= MOST_OF_SEVERAL_BYTES) return { page, fits: limit }
  if (limit > 1 && page.batch.events.length > 1) return readFitting(outbox, after, Math.ceil(limit / 2))
  return {
    page: bytes <= MOST_OF_ONE_BYTES ? page : { ...page, batch: withoutData(page.batch, bytes) },
    fits: limit,
  }
}

/** What is too large to travel is told without its data, so that its consumer keeps a dead letter of it, and the rest goes on. */
function withoutData(batch: EventBatch, bytes: number): EventBatch {
  return { ...batch, events: batch.events.map((event) => ({ ...event, data: { too_large_bytes: bytes } })) }
}
