import { clearedSessionCookie } from '@emotibot/contracts'
import type { Handler } from '@emotibot/service-kit'
import type { RouteDeps } from './deps.ts'

export function deleteRoute({ deleteAccount }: RouteDeps): Handler<'auth.delete'> {
  return async ({ identity }) => {
    const done = await deleteAccount(identity)
    return { status: 204, body: null, headers: { 'set-cookie': clearedSessionCookie() }, ...done }
  }
}
