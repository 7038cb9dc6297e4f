import { readUnverifiedClaims, SESSION_LIFETIME_SECONDS } from '@emotibot/contracts'
import type { FacadeEvents } from '../events.ts'
import type { Upstreams } from '../upstreams/upstreams.ts'
import { type FollowedLedger, RevocationList } from './revocation-list.ts'
import type { Revocations } from './revocations.ts'
import { Revoker } from './revoker.ts'
import { SessionChecks } from './session-checks.ts'

export type RevocationsOptions = {
  readonly ledger: FollowedLedger
  readonly upstreams: Pick<Upstreams, 'monolith' | 'services'>
  readonly events: Pick<FacadeEvents, 'listIsCurrent' | 'listIsOutOfDate'>
}

export type OwnedRevocations = Revocations & {
  /** Reads the list, when there is a ledger to read it from; from then on follows it. After the ledger's own start. */
  start(): Promise<void>
  /** Once nothing is answered any more, and before the ledger is closed. */
  close(): Promise<void>
}

export function createRevocations({ ledger, upstreams, events }: RevocationsOptions): OwnedRevocations {
  const listeners = new Set<(sids: readonly string[]) => void>()
  const list = new RevocationList({
    ledger,
    onHeld(sids) {
      for (const listener of listeners) listener(sids)
    },
    onStanding(isCurrent, reason) {
      if (isCurrent) events.listIsCurrent()
      else events.listIsOutOfDate(reason)
    },
  })
  const revoker = new Revoker({ ledger, list })
  const checks = new SessionChecks({ upstreams, onEnded: (token) => list.hold(endedBy(token)) })
  return {
    judge: (sid) => list.judge(sid),
    check: (token) => checks.check(token),
    revoke: (sids) => revoker.revoke(sids),
    onRevoked(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start: () => list.start(),
    async close() {
      revoker.close()
      await list.close()
    },
  }
}

/** A store verified the token before it said that its session has ended. */
function endedBy(token: string) {
  const sid = readUnverifiedClaims(token)?.sid
  return typeof sid === 'string' ? [{ sid, expiresAtMs: Date.now() + SESSION_LIFETIME_SECONDS * 1_000 }] : []
}
