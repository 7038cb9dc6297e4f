import { randomUUID } from 'node:crypto'
import { readCookie, VISITOR_COOKIE } from '@emotibot/contracts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const ONE_YEAR_SECONDS = 365 * 24 * 3_600

/** A guest's id: the one in the cookie, else a new one that the answer must set. */
export type Visitor = { readonly id: string; readonly isNew: boolean }

export function visitorOf(cookie: string | undefined): Visitor {
  const id = readCookie(cookie, VISITOR_COOKIE)
  return id !== null && UUID.test(id) ? { id, isNew: false } : { id: randomUUID(), isNew: true }
}

export function visitorCookie(id: string, isSecure: boolean): string {
  const secure = isSecure ? '; Secure' : ''
  return `${VISITOR_COOKIE}=${id}; Max-Age=${ONE_YEAR_SECONDS}; Path=/; HttpOnly; SameSite=Lax${secure}`
}
