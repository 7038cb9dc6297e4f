import { setTimeout as delay } from 'node:timers/promises'
import type { Acknowledgement } from '@emotibot/flags'
import type { FlipLedger } from './flip-ledger.ts'

const LOOK_EVERY_MS = 5

type Awaited = { readonly version: number; readonly withinMs: number; readonly signal: AbortSignal }

/** Waits, a bounded time, until every live facade routes by a version; answers who did, and after how long. */
export async function awaitReplicas(
  ledger: FlipLedger,
  { version, withinMs, signal }: Awaited,
): Promise<Acknowledgement[]> {
  const startedAtMs = performance.now()
  const afterMs = new Map<string, number | null>()
  while (!signal.aborted) {
    const elapsedMs = Math.round((performance.now() - startedAtMs) * 10) / 10
    for (const { id, version: routedBy, is_live } of await ledger.replicas()) {
      if (routedBy >= version) afterMs.set(id, afterMs.get(id) ?? elapsedMs)
      else if (is_live) afterMs.set(id, null)
      else afterMs.delete(id)
    }
    const isDone = [...afterMs.values()].every((after) => after !== null)
    if (isDone || elapsedMs > withinMs) break
    await delay(LOOK_EVERY_MS)
  }
  return [...afterMs].map(([id, after_ms]) => ({ id, acknowledged: after_ms !== null, after_ms }))
}
