import { clearedSessionCookie } from '@emotibot/contracts'
import { revokeSession } from '../sessions.ts'
import type { RouteDeps } from './deps.ts'

export function logoutRoute({ write, now }: RouteDeps) {
  return write('auth.logout', {
    async commit(tx, _prepared, { identity }) {
      const revoked = await revokeSession(tx, identity.claims.sid, now())
      return { status: 204, body: null, headers: { 'set-cookie': clearedSessionCookie() }, revoked }
    },
  })
}
