import { clearedSessionCookie } from '@emotibot/contracts'
import { badTokenError, type Handlers } from '@emotibot/service-kit'
import { changePasswordRoute } from './change-password.ts'
import type { AuthDeps } from './deps.ts'
import { loginRoute } from './login.ts'
import { logoutAllRoute, logoutRoute } from './logout.ts'
import { registerRoute } from './register.ts'
import { answerUser, findUser } from './users.ts'

export function authHandlers(deps: AuthDeps) {
  return {
    'auth.register': registerRoute(deps),
    'auth.login': loginRoute(deps),
    'auth.logout': logoutRoute(deps),
    'auth.logout_all': logoutAllRoute(deps),
    'auth.password': changePasswordRoute(deps),
    'auth.me': ({ identity }) => {
      const user = deps.store.read((db) => findUser(db, identity.claims.sub))
      if (!user) throw badTokenError()
      return { status: 200, body: { user: answerUser(user) } }
    },
    'auth.delete': async ({ identity }) => {
      const done = await deps.deleteAccount(identity)
      return { status: 204, body: null, headers: { 'set-cookie': clearedSessionCookie() }, ...done }
    },
  } satisfies Handlers
}
