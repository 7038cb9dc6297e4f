import { CLOSE, clearedSessionCookie } from '@emotibot/contracts'
import type { AuthDeps } from './deps.ts'
import { endSession, endSessionsOf } from './sessions.ts'

function signedOut(revoked: string[], onceDurable: () => void) {
  return { status: 204, body: null, headers: { 'set-cookie': clearedSessionCookie() }, revoked, onceDurable }
}

export function logoutRoute({ write, hub }: AuthDeps) {
  return write('auth.logout', {
    commit(tx, _prepared, { identity }) {
      const { sid } = identity.claims
      endSession(tx, sid)
      return signedOut([sid], () => hub.closeSession(sid, CLOSE.signInAgain))
    },
  })
}

export function logoutAllRoute({ write, hub }: AuthDeps) {
  return write('auth.logout_all', {
    commit(tx, _prepared, { identity }) {
      const ended = endSessionsOf(tx, identity.claims.sub)
      return signedOut(ended, () => hub.closeUser(identity.claims.sub, CLOSE.signInAgain))
    },
  })
}
