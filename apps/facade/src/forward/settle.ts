// An answer that ended sessions, or an account, is passed on only when that holds everywhere it must.
import { INTERNAL_HEADERS, POSITION_HEADER, type RouteDefinition } from '@emotibot/contracts'
import type { Revocations } from '../revocation/revocations.ts'
import type { Upstream } from '../upstreams/upstream.ts'
import type { Upstreams } from '../upstreams/upstreams.ts'
import { awaitApplied } from './await-applied.ts'
import type { Answer } from './verdict.ts'

/** Whether an answer has to wait: nearly none has, which costs two looks. */
export function mustSettle({ effect }: RouteDefinition, { status, headers }: Answer): boolean {
  return headers[INTERNAL_HEADERS.revoked] !== undefined || (effect === 'command' && status < 300)
}

export type Settling = {
  readonly answeredBy: Upstream
  readonly upstreams: Upstreams
  readonly revocations: Revocations
}

/** Rejects when it cannot be shown that every live facade knows the ended sessions. */
export async function settle(
  { effect }: RouteDefinition,
  { headers }: Answer,
  { answeredBy, upstreams, revocations }: Settling,
): Promise<void> {
  const sids = listOf(headers[INTERNAL_HEADERS.revoked])
  const position = headers[POSITION_HEADER]
  await Promise.all([
    sids.length > 0 ? revocations.revoke(sids) : null,
    effect === 'command' && position !== undefined
      ? awaitApplied({ position: String(position), by: answeredBy, upstreams })
      : null,
  ])
}

function listOf(header: string | string[] | undefined): string[] {
  return String(header ?? '')
    .split(',')
    .map((sid) => sid.trim())
    .filter((sid) => sid !== '')
}
