import { clearedSessionCookie } from '@emotibot/contracts'
import type { Handlers } from '@emotibot/service-kit'
import { ApiError } from '@emotibot/service-kit'
import { SESSION_OVER } from '../store/writes/write-routes.ts'
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
      if (!user) throw new ApiError('UNAUTHENTICATED', SESSION_OVER)
      return { status: 200, body: { user: answerUser(user) } }
    },
    'auth.delete': async ({ identity }) => {
      await deps.deleteAccount(identity.claims)
      return { status: 204, body: null, headers: { 'set-cookie': clearedSessionCookie() } }
    },
  } satisfies Handlers
}
