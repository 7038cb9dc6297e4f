import { randomUUID } from 'node:crypto'
import { fold, sessionCookie } from '@emotibot/contracts'
import { ApiError } from '@emotibot/service-kit'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/tables.ts'
import type { AuthDeps } from './deps.ts'
import { addSession, sessionExpiresAtMs } from './sessions.ts'
import { answerUser, findUser, findUserByLogin } from './users.ts'

/** Signs in: whoever is unknown or inactive hears the same, after the same time, as with a wrong password. */
export function loginRoute({ store, write, hasher, tokens, now }: AuthDeps) {
  return write('auth.login', {
    async prepare({ body: { username, password } }) {
      const user = store.read((db) => findUserByLogin(db, username))
      refuseUnlessJudge(store, user, fold(username))
      const isRight = await hasher.verify(password, user?.passwordHash ?? null)
      if (!user || !isRight) throw refused()
      const session = { id: randomUUID(), userId: user.id, nowMs: now() }
      const subject = {
        sub: user.id,
        username: user.username ?? '',
        email: user.email ?? '',
        sid: session.id,
        sessionExpiresAtMs: sessionExpiresAtMs(session.nowMs),
      }
      return { user, session, token: await tokens.sign(subject, session.nowMs) }
    },
    partitionOf: ({ user }) => partitionOf(user),
    commit(tx, { user: seen, session, token }, { request }) {
      const user = findUser(tx, seen.id)
      if (!user || user.passwordHash !== seen.passwordHash || user.isActive === false) throw refused()
      addSession(tx, session)
      return {
        status: 200,
        body: {
          message: 'Login successful',
          access_token: token,
          token_type: 'bearer',
          user: answerUser(user),
        },
        headers: { 'set-cookie': sessionCookie(token, request.protocol === 'https') },
      }
    },
  })
}

/** A user is judged by who owns their partition, and that there is none by the home of all names. */
function refuseUnlessJudge(store: Store, user: UserRow | null, name: string): void {
  if (user) store.refuseUnlessOwned({ group: 'auth', partition: partitionOf(user) })
  else store.refuseUnlessOwned({ group: 'auth.claim', partition: name })
}

const partitionOf = ({ username }: UserRow): string => fold(username ?? '')

function refused(): ApiError {
  return new ApiError('UNAUTHENTICATED', 'The username or the password is not right.')
}
