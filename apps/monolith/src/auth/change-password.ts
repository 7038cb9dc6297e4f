import { CLOSE } from '@emotibot/contracts'
import { ApiError } from '@emotibot/service-kit'
import { eq, sql } from 'drizzle-orm'
import type { Tx } from '../store/store.ts'
import { users } from '../store/tables.ts'
import type { AuthDeps } from './deps.ts'
import { endOtherSessions } from './sessions.ts'
import { findUser } from './users.ts'

/** Changes the password and ends every other session. A wrong current password is a 400: the session is still good. */
export function changePasswordRoute(deps: AuthDeps) {
  return deps.write('auth.password', {
    async prepare({ identity, body }) {
      const held = deps.store.read((db) => findUser(db, identity.claims.sub))?.passwordHash ?? null
      if (!(await deps.hasher.verify(body.current_password, held))) throw wrongPassword()
      return { held, passwordHash: await deps.hasher.hash(body.new_password) }
    },
    commit(tx, { held, passwordHash }, { identity }) {
      const { sub, sid } = identity.claims
      if (findUser(tx, sub)?.passwordHash !== held) throw wrongPassword()
      setPassword(tx, sub, { passwordHash, updatedAt: new Date(deps.now()).toISOString() })
      const ended = endOtherSessions(tx, sub, sid)
      return {
        status: 200,
        body: { message: 'Password changed successfully' },
        revoked: ended,
        onceDurable() {
          for (const other of ended) deps.hub.closeSession(other, CLOSE.signInAgain)
        },
      }
    },
  })
}

function setPassword(tx: Tx, userId: string, changed: { passwordHash: string; updatedAt: string }): void {
  tx.update(users)
    .set({ ...changed, revision: sql`${users.revision} + 1` })
    .where(eq(users.id, userId))
    .run()
}

function wrongPassword(): ApiError {
  return new ApiError('BAD_REQUEST', 'The current password is not right.')
}
