import { INTERNAL_HEADERS, INTERNAL_PATHS, POSITION_HEADER } from '@emotibot/contracts'
import { within } from '../routing/within.ts'
import type { Upstream } from '../upstreams/upstream.ts'

const LIMIT_MS = 1_000

/**
 * Waits until each upstream has applied a position, a second at most. One that cannot be reached is not waited for: it
 * takes what it missed before it serves again. Never rejects.
 */
export async function awaitApplied(upstreams: readonly Upstream[], position: string): Promise<void> {
  const deadline = AbortSignal.timeout(LIMIT_MS)
  const asked = upstreams.map((upstream) => askUntilApplied(upstream, position, deadline))
  await within(LIMIT_MS, Promise.allSettled(asked)).catch(() => undefined)
}

/** A side that is behind waits itself before it says so, and is asked again. */
async function askUntilApplied({ pool }: Upstream, position: string, signal: AbortSignal): Promise<void> {
  let isBehind = true
  while (isBehind && !signal.aborted) {
    const { headers, body } = await pool.request({
      path: INTERNAL_PATHS.applied,
      method: 'GET',
      headers: { [POSITION_HEADER]: position },
      signal,
    })
    await body.dump()
    isBehind = headers[INTERNAL_HEADERS.refused] === 'behind'
  }
}
