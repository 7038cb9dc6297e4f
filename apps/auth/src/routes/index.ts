import type { Handlers } from '@emotibot/service-kit'
import { deleteRoute } from './delete.ts'
import type { RouteDeps } from './deps.ts'
import { loginRoute } from './login.ts'
import { logoutRoute } from './logout.ts'
import { logoutAllRoute } from './logout-all.ts'
import { meRoute } from './me.ts'
import { passwordRoute } from './password.ts'
import { registerRoute } from './register.ts'

/** Every route of the auth domain. */
export function authHandlers(deps: RouteDeps) {
  return {
    'auth.register': registerRoute(deps),
    'auth.login': loginRoute(deps),
    'auth.logout': logoutRoute(deps),
    'auth.logout_all': logoutAllRoute(deps),
    'auth.me': meRoute(deps),
    'auth.password': passwordRoute(deps),
    'auth.delete': deleteRoute(deps),
  } satisfies Handlers
}
