import { randomUUID } from 'node:crypto'
import { fold, sessionCookie } from '@emotibot/contracts'
import { ApiError } from '@emotibot/service-kit'
import { eq } from 'drizzle-orm'
import type { Reader } from '../store/store.ts'
import { accountDeletions, type UserRow } from '../store/tables.ts'
import type { AuthDeps } from './deps.ts'
import { addSession, sessionExpiresAtMs } from './sessions.ts'
import { answerUser, findUser, findUserByLogin } from './users.ts'

/** Signs in: whoever is unknown, inactive or on the way out hears the same, after the same time, as with a wrong password. */
export function loginRoute({ store, write, hasher, tokens, now }: AuthDeps) {
  return write('auth.login', {
    async prepare({ body: { username, password } }) {
      const user = store.read((db) => findUserByLogin(db, username))
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
    partitionOf: ({ user }) => fold(user.username ?? ''),
    commit(tx, { user: seen, session, token }, { request }) {
      const user = findUser(tx, seen.id)
      if (!user || user.passwordHash !== seen.passwordHash || !maySignIn(tx, user)) throw refused()
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

function maySignIn(db: Reader, user: UserRow): boolean {
  const isLeaving = db.select().from(accountDeletions).where(eq(accountDeletions.userId, user.id)).get()
  return user.isActive !== false && isLeaving === undefined
}

function refused(): ApiError {
  return new ApiError('UNAUTHENTICATED', 'The username or the password is not right.')
}
