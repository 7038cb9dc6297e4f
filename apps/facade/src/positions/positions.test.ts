import { POSITION_COOKIE } from '@emotibot/contracts'
import { describe, expect, it } from 'vitest'
import { joined, positionHeaders, positionOf } from './positions.ts'

const ONE = '0a1b2c3d4e'
const OTHER = 'ffffffffff'

describe('the position of a request', () => {
  it('is none without header and cookie, and none when nobody could have been given it', () => {
    expect(positionOf({})).toBeNull()
    expect(positionOf({ cookie: 'emotibot_session=x' })).toBeNull()
    expect(positionOf({ 'emotibot-position': 'nonsense', cookie: `${POSITION_COOKIE}=x~y` })).toBeNull()
  })

  it('is the later of header and cookie, store by store', () => {
    const cookie = `a=b; ${POSITION_COOKIE}=${ONE}.9~${OTHER}.2`
    expect(positionOf({ cookie })).toBe(`${ONE}.9~${OTHER}.2`)
    expect(positionOf({ 'emotibot-position': `${ONE}.4~${OTHER}.5`, cookie })).toBe(`${ONE}.9~${OTHER}.5`)
  })
})

describe('an answer’s position', () => {
  it('keeps what the client had seen before', () => {
    expect(joined(`${ONE}.3`, `${OTHER}.7~${ONE}.1`)).toBe(`${ONE}.3~${OTHER}.7`)
    expect(joined(`${ONE}.3`, `${ONE}.z`)).toBe(`${ONE}.z`)
  })

  it('names eight stores at most, the newest', () => {
    const old = Array.from({ length: 8 }, (_, n) => `${n}aaaaaaaaa.1`).join('~')
    const stores = joined(`${ONE}.3`, old).split('~')
    expect(stores).toHaveLength(8)
    expect(stores[0]).toBe(`${ONE}.3`)
    expect(stores.at(-1)).toBe('6aaaaaaaaa.1')
  })

  it('goes into a cookie for a page, and only into the header for a program', () => {
    const sent = { position: null, isSecure: false, hasBearer: false }
    expect(positionHeaders(`${ONE}.3`, sent)).toEqual([
      'emotibot-position',
      `${ONE}.3`,
      'set-cookie',
      `emotibot_position=${ONE}.3; Max-Age=86400; Path=/; HttpOnly; SameSite=Lax`,
    ])
    expect(positionHeaders(`${ONE}.3`, { ...sent, isSecure: true })[3]).toContain('; Secure')
    expect(positionHeaders(`${ONE}.3`, { ...sent, hasBearer: true })).toEqual([
      'emotibot-position',
      `${ONE}.3`,
    ])
    expect(positionHeaders('nonsense', sent)).toEqual([])
  })
})
