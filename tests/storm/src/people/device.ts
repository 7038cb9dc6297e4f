import {
  decodePosition,
  encodePosition,
  mergePositions,
  POSITION_HEADER,
  SESSION_COOKIE,
} from '@emotibot/contracts'
import type { RawAnswer } from '@emotibot/testkit'

/**
 * What a person carries from request to request: a page its cookies, a program its token and position. Each device has
 * its own, so what one of them wrote the other need not see at once.
 */
export type Device = {
  headers(method: string, origin: string): (readonly [string, string])[]
  keep(answer: RawAnswer): void
  /** As after a login: programs take the token of the body. */
  signIn(token: string): void
}

export function createPage(): Device {
  const cookies = new Map<string, string>()
  return {
    headers: (method, origin) => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      return [
        ...(cookie === '' ? [] : [['cookie', cookie] as const]),
        ...(method === 'GET' ? [] : [['origin', origin] as const]),
      ]
    },
    keep: ({ headers }) => {
      for (const [name, value] of headers) if (name === 'set-cookie') keepCookie(cookies, value)
    },
    signIn: (token) => void cookies.set(SESSION_COOKIE, token),
  }
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';')
  const at = pair.indexOf('=')
  const isGone = attributes.some((attribute) => attribute.trim().toLowerCase() === 'max-age=0')
  if (isGone) cookies.delete(pair.slice(0, at).trim())
  else cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim())
}

export function createProgram(): Device {
  let token: string | null = null
  let position: string | null = null
  return {
    headers: () => [
      ...(token === null ? [] : [['authorization', `Bearer ${token}`] as const]),
      ...(position === null ? [] : [[POSITION_HEADER, position] as const]),
    ],
    keep: ({ headers }) => {
      const given = headers.find(([name]) => name === POSITION_HEADER)?.[1]
      // Of two answers that come at once the later one may know less.
      if (given) position = joined(position ?? '', given)
    },
    signIn: (given) => {
      token = given
    },
  }
}

const joined = (one: string, other: string): string =>
  encodePosition(mergePositions(decodePosition(one), decodePosition(other)))
