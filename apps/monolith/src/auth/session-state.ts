import type { SessionState } from '@emotibot/contracts'
import { mountSessionCheck, type Server } from '@emotibot/service-kit'
import type { Judged } from './session-judge.ts'
import type { VerifyDeps } from './verify-token.ts'

const SAID: Readonly<Record<Judged['state'], SessionState['state']>> = {
  live: 'live',
  over: 'ended',
  awaited: 'unknown',
}

/** Tells a facade that cannot read its list of ended sessions what this store knows of one. */
export function mountSessionState(
  server: Server,
  { store, verifier, judgeSession }: Pick<VerifyDeps, 'store' | 'verifier' | 'judgeSession'>,
): void {
  mountSessionCheck(server, {
    readClaims: (token) => verifier.verify(token, { mayBePast: true }).catch(() => null),
    look: ({ partition, claims }) =>
      store.snapshot((db) => ({
        state: claims ? SAID[judgeSession(db, claims).state] : 'unknown',
        is_owner: store.owns({ group: 'auth', partition }),
      })),
  })
}
