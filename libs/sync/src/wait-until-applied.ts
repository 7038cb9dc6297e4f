import { setTimeout as delay } from 'node:timers/promises'
import type { Position } from '@emotibot/contracts'
import { hasApplied } from './position.ts'
import type { Store } from './store.ts'

export type Waiting = {
  readonly source: { readonly name: string; readonly store: Store }
  readonly destination: Store
  readonly position: Position
  readonly withinMs: number
  /** Asks for the place to be recorded; a pump's `wake`. */
  readonly wake: () => void
}

const ASK_EVERY_MS = 2

/** Whether the destination has applied the source's feed as far as `position`, within the time. */
export async function waitUntilApplied({
  source,
  destination,
  position,
  withinMs,
  wake,
}: Waiting): Promise<boolean> {
  const deadline = performance.now() + withinMs
  const storeId = await source.store.feed.storeId()
  for (;;) {
    const place = await destination.applier.place(source.name, storeId)
    if (hasApplied(place, position)) return true
    if (performance.now() >= deadline) return false
    wake()
    await delay(ASK_EVERY_MS)
  }
}
