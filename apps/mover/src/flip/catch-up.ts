import type { Side } from '@emotibot/contracts'
import { waitUntilApplied } from '@emotibot/sync'
import type { Movement } from '../movement.ts'

const WITHIN_MS = 2_000

/**
 * Waits, a bounded time, until the destination is nearly where the source is, so that those who are held wait for little.
 * Answers why the flip must not begin; null when it may.
 */
export async function catchUp(movement: Movement, from: Side): Promise<string | null> {
  const direction = movement.directions.find(({ source }) => source.side === from)
  if (!direction) throw new Error(`There is no feed from the ${from}.`)
  const { name, source, destination, pump } = direction
  if (!(await movement.isBackfilled())) return 'the first copy is not finished'
  const { state, reason } = pump.status()
  if (state === 'stopped') return `the feed of the ${source.side} is stopped: ${reason}`
  const position = await source.feed.end()
  const isThere = await waitUntilApplied({
    source: { name, store: source },
    destination,
    position,
    withinMs: WITHIN_MS,
    wake: movement.wake,
  })
  if (isThere) return null
  const { entries } = await pump.lag()
  return `the ${destination.side} is ${entries} changes behind, and does not catch up within ${WITHIN_MS / 1_000} s`
}
