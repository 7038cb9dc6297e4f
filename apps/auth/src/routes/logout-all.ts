import { clearedSessionCookie } from '@emotibot/contracts'
import { revokeSessionsOf } from '../sessions.ts'
import { holdUser } from '../users.ts'
import type { RouteDeps } from './deps.ts'

/** Holds the user, so that a login under way is either revoked with the rest or begins after it. */
export function logoutAllRoute({ write, now }: RouteDeps) {
  return write('auth.logout_all', {
    async commit(tx, _prepared, { identity }) {
      await holdUser(tx, identity.claims.sub)
      const revoked = await revokeSessionsOf(tx, identity.claims.sub, now())
      return { status: 204, body: null, headers: { 'set-cookie': clearedSessionCookie() }, revoked }
    },
  })
}
