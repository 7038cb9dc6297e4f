import { CLOSE, clearedSessionCookie } from '@emotibot/contracts'
import type { AuthDeps } from './deps.ts'
import { endSession, endSessionsOf } from './sessions.ts'

function signedOut(onceDurable: () => void) {
  return { status: 204, body: null, headers: { 'set-cookie': clearedSessionCookie() }, onceDurable }
}

export function logoutRoute({ write, hub }: AuthDeps) {
  return write('auth.logout', {
    prepare: () => null,
    commit(tx, _prepared, { identity }) {
      endSession(tx, identity.claims.sid)
      return signedOut(() => hub.closeSession(identity.claims.sid, CLOSE.signInAgain))
    },
  })
}

export function logoutAllRoute({ write, hub }: AuthDeps) {
  return write('auth.logout_all', {
    prepare: () => null,
    commit(tx, _prepared, { identity }) {
      endSessionsOf(tx, identity.claims.sub)
      return signedOut(() => hub.closeUser(identity.claims.sub, CLOSE.signInAgain))
    },
  })
}
