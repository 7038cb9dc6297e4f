import { badTokenError } from '@emotibot/service-kit'
import { wrongPasswordError } from '../errors.ts'
import { revokeOtherSessions } from '../sessions.ts'
import { findUser, hasSamePassword, holdUser, setCredentials } from '../users.ts'
import type { RouteDeps } from './deps.ts'

/** Changes the password and revokes every other session. */
export function passwordRoute({ store, write, hasher, now }: RouteDeps) {
  return write('auth.password', {
    async prepare({ identity, body }) {
      const seen = await store.read((db) => findUser(db, identity.claims.sub))
      if (!seen) throw badTokenError()
      const { isRight } = await hasher.verify(body.current_password, seen)
      if (!isRight) throw wrongPasswordError()
      return { seen, credentials: await hasher.hash(body.new_password) }
    },
    async commit(tx, { seen, credentials }, { identity }) {
      const { sub: userId, sid: id } = identity.claims
      const user = await holdUser(tx, userId)
      if (!user || !hasSamePassword(seen, user)) throw wrongPasswordError()
      const nowMs = now()
      await setCredentials(tx, userId, { ...credentials, time: new Date(nowMs).toISOString() })
      const revoked = await revokeOtherSessions(tx, { userId, id }, nowMs)
      return { status: 200, body: { message: 'Password changed successfully' }, revoked }
    },
  })
}
