// Waits until the other sides have applied what one of them wrote:
//
//   the monolith wrote:  every service ── its position ──► applied
//   a service wrote:     the monolith  ── its position ──► applied, and is then at a place of its own
//                        every other service ── both ──► applied: what comes to it comes by the monolith's feed
import { INTERNAL_HEADERS, INTERNAL_PATHS, POSITION_HEADER } from '@emotibot/contracts'
import { joined } from '../positions/positions.ts'
import { within } from '../routing/within.ts'
import type { Upstream } from '../upstreams/upstream.ts'
import type { Upstreams } from '../upstreams/upstreams.ts'

const LIMIT_MS = 1_000

export type Written = {
  readonly position: string
  readonly by: Upstream
  readonly upstreams: Upstreams
}

/** A second at most. One that cannot be reached is not waited for: it takes what it missed before it serves again. Never rejects. */
export async function awaitApplied(written: Written): Promise<void> {
  const deadline = AbortSignal.timeout(LIMIT_MS)
  await within(LIMIT_MS, askAll(written, deadline)).catch(() => undefined)
}

async function askAll({ position, by, upstreams }: Written, deadline: AbortSignal): Promise<void> {
  const { monolith, services } = upstreams
  const comesBy =
    by === monolith ? null : await placeOnceApplied(monolith, position, deadline).catch(() => null)
  const others = [...services.values()].filter((service) => service !== by)
  const all = joined(position, comesBy ?? '')
  await Promise.allSettled(others.map((service) => placeOnceApplied(service, all, deadline)))
}

/** A side that is behind waits itself before it says so, and is asked again. Answers how far its own store then is, if it says. */
async function placeOnceApplied(
  { pool }: Upstream,
  position: string,
  signal: AbortSignal,
): Promise<string | null> {
  while (true) {
    const { headers, body } = await pool.request({
      path: INTERNAL_PATHS.applied,
      method: 'GET',
      headers: { [POSITION_HEADER]: position },
      signal,
    })
    await body.dump()
    const place = headers[POSITION_HEADER]
    if (headers[INTERNAL_HEADERS.refused] !== 'behind') return typeof place === 'string' ? place : null
    signal.throwIfAborted()
  }
}
