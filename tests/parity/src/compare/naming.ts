import { readUnverifiedClaims } from '@emotibot/contracts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/
const EVENT = /^([0-9a-f-]{36})\.(\d+)$/
const CURSOR = /^([^_]+)_([0-9a-f-]{36})$/

/**
 * Writes what differs by nature as what it *is*: an id stays an id, a time a time, a token a token, so that a uuid that
 * became an integer is seen. Ids are numbered in the order they first appear, so that equal ids stay equal.
 */
export function createNaming() {
  const numbers = new Map<string, number>()

  function uuid(value: string): string {
    const number = numbers.get(value) ?? numbers.size + 1
    numbers.set(value, number)
    return `uuid#${number}`
  }

  /** The same for every value of its kind; the value itself when it is of none. */
  return function nameOf(value: unknown): unknown {
    if (typeof value !== 'string') return value
    if (UUID.test(value)) return uuid(value)
    if (TIME.test(value)) return 'time'
    const [, row, revision] = EVENT.exec(value) ?? []
    if (row !== undefined) return `${nameOf(row)}.${revision}`
    const [, time, id] = CURSOR.exec(value) ?? []
    if (time !== undefined && id !== undefined) return `${nameOf(time)}_${nameOf(id)}`
    return TOKEN.test(value) ? nameOfToken(value, nameOf) : value
  }
}
export type Naming = ReturnType<typeof createNaming>

/** What every verifier relies on: whose it is, of which session, for how long. */
function nameOfToken(token: string, nameOf: (value: unknown) => unknown): string {
  const claims = readUnverifiedClaims(token)
  if (!claims) return token
  const { sub, sid, username, email, iat = 0, exp = 0 } = claims
  return `token(${nameOf(sub)} ${nameOf(sid)} ${username} ${email} ${exp - iat} s)`
}
