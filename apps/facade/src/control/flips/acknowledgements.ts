import { setTimeout as delay } from 'node:timers/promises'
import { type Acknowledgement, readReplicas } from '@emotibot/flags'
import type { LedgerClient } from '../../routing/ledger-client.ts'

const WAIT_LIMIT_MS = 2_000
const LOOK_EVERY_MS = 20

type Awaited = { readonly version: number; readonly startedAtMs: number }

/** Waits, a bounded time, until every live replica routes by a version; answers who did, and after how long. */
export async function waitForReplicas(
  ledger: LedgerClient,
  { version, startedAtMs }: Awaited,
): Promise<Acknowledgement[]> {
  const afterMs = new Map<string, number | null>()
  await ledger.pulse()
  while (true) {
    const elapsedMs = Math.round((performance.now() - startedAtMs) * 10) / 10
    for (const { id, version: routedBy, is_live } of await readReplicas(ledger.sqlOrThrow)) {
      if (routedBy >= version) afterMs.set(id, afterMs.get(id) ?? elapsedMs)
      else if (is_live) afterMs.set(id, null)
    }
    const isDone = [...afterMs.values()].every((after) => after !== null)
    if (isDone || elapsedMs > WAIT_LIMIT_MS) break
    await delay(LOOK_EVERY_MS)
  }
  return [...afterMs].map(([id, after_ms]) => ({ id, acknowledged: after_ms !== null, after_ms }))
}
