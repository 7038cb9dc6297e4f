import { badTokenError, type Handler } from '@emotibot/service-kit'
import { answerUser, findUser } from '../users.ts'
import type { RouteDeps } from './deps.ts'

export function meRoute({ store }: RouteDeps): Handler<'auth.me'> {
  return async ({ identity }) => {
    const user = await store.read((db) => findUser(db, identity.claims.sub))
    if (!user) throw badTokenError()
    return { status: 200, body: { user: answerUser(user) } }
  }
}
