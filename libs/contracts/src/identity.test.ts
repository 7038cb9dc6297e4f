import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  clearedSessionCookie,
  readCookie,
  readUnverifiedClaims,
  SESSION_COOKIE,
  sessionCookie,
} from './identity.ts'

const tokenOf = (claims: unknown) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`

describe('unverified claims', () => {
  it('reads names outside ASCII', () => {
    expect(readUnverifiedClaims(tokenOf({ username: 'Émilie 🐈' }))?.username).toBe('Émilie 🐈')
  })

  it.each(['', 'a', 'a.b', 'a.!!!.c', tokenOf([1]), tokenOf(null), tokenOf('x'), `h.${'A'.repeat(9_000)}.s`])(
    'reads nothing from %s',
    (token) => {
      expect(readUnverifiedClaims(token)).toBeNull()
    },
  )

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (token) => void readUnverifiedClaims(token)))
  })
})

describe('cookies', () => {
  it('finds one by its whole name', () => {
    expect(readCookie(`x${SESSION_COOKIE}=no; ${SESSION_COOKIE}=yes; other=1`, SESSION_COOKIE)).toBe('yes')
    expect(readCookie(undefined, SESSION_COOKIE)).toBeNull()
    expect(readCookie('nonsense', SESSION_COOKIE)).toBeNull()
  })

  it('keeps the session out of reach of scripts and other sites', () => {
    expect(sessionCookie('t', true)).toMatch(/HttpOnly; SameSite=Lax; Secure$/)
    expect(sessionCookie('t', false)).not.toContain('Secure')
    expect(clearedSessionCookie()).toContain('Max-Age=0')
  })
})
