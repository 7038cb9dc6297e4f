import { randomUUID } from 'node:crypto'
import { fold, sessionCookie } from '@emotibot/contracts'
import { wrongLoginError } from '../errors.ts'
import type { UserRow } from '../schema.ts'
import { addSession, sessionExpiresAtMs } from '../sessions.ts'
import { answerUser, findUserByLogin, hasSamePassword, holdUser, keepUpgrade } from '../users.ts'
import type { RouteDeps } from './deps.ts'

const partitionOf = ({ username }: UserRow): string => fold(username ?? '')

/** Signs in: whoever is unknown or inactive hears the same, after the same time, as with a wrong password. */
export function loginRoute({ store, write, hasher, tokens, now }: RouteDeps) {
  return write('auth.login', {
    async prepare({ body: { username, password } }) {
      const user = await store.read((db) => findUserByLogin(db, username))
      // Where names are given out it is known that there is nobody; anywhere else somebody may have this name.
      await store.refuseUnlessOwned(
        user ? { group: 'auth', partition: partitionOf(user) } : { group: 'auth.claim', partition: '' },
      )
      const { isRight, upgrade } = await hasher.verify(password, user)
      if (!user || !isRight) throw wrongLoginError()
      const session = { id: randomUUID(), userId: user.id, nowMs: now() }
      const subject = {
        sub: user.id,
        username: user.username ?? '',
        email: user.email ?? '',
        sid: session.id,
        sessionExpiresAtMs: sessionExpiresAtMs(session.nowMs),
      }
      return { seen: user, session, upgrade, token: await tokens.sign(subject, session.nowMs) }
    },
    partitionOf: ({ seen }) => partitionOf(seen),
    async commit(tx, { seen, session, upgrade, token }, { request }) {
      const user = await holdUser(tx, seen.id)
      if (!user?.isActive || !hasSamePassword(seen, user)) throw wrongLoginError()
      if (upgrade !== null) await keepUpgrade(tx, user.id, upgrade)
      await addSession(tx, session)
      const body = {
        message: 'Login successful',
        access_token: token,
        token_type: 'bearer',
        user: answerUser(user),
      }
      return {
        status: 200,
        body,
        headers: { 'set-cookie': sessionCookie(token, request.protocol === 'https') },
      }
    },
  })
}
