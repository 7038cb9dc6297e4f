import { bucketOf, readUnverifiedClaims } from '@emotibot/contracts'
import { describe, expect, it } from 'vitest'
import { canary, setAuthStageWithFacade } from '../testing/auth-stage.ts'
import { type Facade, setStageWithFacade } from '../testing/stage.ts'
import { carriedToken, partitionOfBody, partitionOfClaims } from './partition.ts'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const partitionOfToken = (token: string) => partitionOfClaims(readUnverifiedClaims(token))
const tokenOf = (username: unknown) => `${encode({ alg: 'none' })}.${encode({ username })}.x`

describe('the partition', () => {
  it('is the folded name in the token, whoever signed it: the side verifies', () => {
    expect(partitionOfToken(tokenOf('ÉMILIE'))).toBe('émilie')
    expect(partitionOfToken(tokenOf('ﬁona'))).toBe('fiona')
  })

  it.each(['', 'x', 'a.b.c', `a.${encode([])}.c`, `a.${encode(null)}.c`, tokenOf(7), tokenOf('')])(
    'is none for what is no token: %j',
    (token) => expect(partitionOfToken(token)).toBeNull(),
  )

  it('takes the bearer header before the cookie, as both sides do', () => {
    const cookie = 'other=1; emotibot_session=two'
    expect(carriedToken({ headers: { authorization: 'Bearer one', cookie } })).toBe('one')
    expect(carriedToken({ headers: { authorization: 'Basic x', cookie } })).toBeNull()
    expect(carriedToken({ headers: { cookie } })).toBe('two')
    expect(carriedToken({ headers: { cookie: 'emotibot_session=' } })).toBeNull()
    expect(partitionOfClaims(null)).toBeNull()
  })

  it('is of the token that the side will find: what Connection names does not get there', () => {
    const cookie = 'emotibot_session=two'
    const headers = { authorization: 'Bearer one', cookie }
    expect(carriedToken({ headers: { ...headers, connection: 'close, Authorization' } })).toBe('two')
    expect(carriedToken({ headers: { ...headers, connection: 'authorization, cookie' } })).toBeNull()
  })

  it('is the folded name in the body, where a name is claimed or logged in', () => {
    expect(partitionOfBody(Buffer.from('{"username":"Émilie","password":"x"}'))).toBe('émilie')
    for (const text of ['', 'null', '[]', '7', '{"username":7}', '{"username":""}', '{"username"'])
      expect(partitionOfBody(Buffer.from(text))).toBeNull()
    expect(partitionOfBody(null)).toBeNull()
  })
})

describe('a guest', () => {
  const cookieOf = (answer: Response) =>
    answer.headers.getSetCookie().find((cookie) => cookie.startsWith('emotibot_visitor='))

  it('gets a visitor cookie with the first answer, and no other while it is good', async () => {
    const { facade } = await setStageWithFacade()
    const cookie = cookieOf(await facade.analyze())
    expect(cookie).toMatch(
      /^emotibot_visitor=[0-9a-f-]{36}; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    const good = cookie?.split(';')[0] ?? ''
    expect(cookieOf(await facade.analyze({ headers: { cookie: good } }))).toBeUndefined()
    expect(cookieOf(await facade.analyze({ headers: { cookie: 'emotibot_visitor=made-up' } }))).toBeDefined()
    expect(
      cookieOf(await facade.analyze({ headers: { authorization: `Bearer ${tokenOf('a')}` } })),
    ).toBeUndefined()
  })

  it('gets it Secure where the page is', async () => {
    const { facade } = await setStageWithFacade({ EMOTIBOT_TRUST_PROXY: '127.0.0.1' })
    expect(cookieOf(await facade.analyze({ headers: { 'x-forwarded-proto': 'https' } }))).toContain(
      '; Secure',
    )
  })
})

describe('one user', () => {
  const nameInBucket = (isWanted: (bucket: number) => boolean): string => {
    for (let n = 0; ; n++) if (isWanted(bucketOf(`name${n}`))) return `name${n}`
  }
  const below = nameInBucket((bucket) => bucket < 50)
  const above = nameInBucket((bucket) => bucket >= 50)

  const sideOf = (facade: Facade, username: string) =>
    facade.sideOfAnalyze({ authorization: `Bearer ${tokenOf(username)}` })

  it('has one side at one share, by bearer and by cookie, in any case of letters', async () => {
    const { facade } = await setStageWithFacade()
    await facade.flip({ names: ['emotion.analyze'], to: 'canary', share: 50 })
    for (const [name, side] of [
      [below, 'emotion'],
      [above, 'monolith'],
    ] as const) {
      expect(await sideOf(facade, name)).toBe(side)
      expect(await sideOf(facade, name.toUpperCase())).toBe(side)
      expect(await facade.sideOfAnalyze({ cookie: `emotibot_session=${tokenOf(name)}` })).toBe(side)
    }
  })

  it('has the same side when logging in by name as with the token afterwards', async () => {
    const { facade, place } = await setAuthStageWithFacade()
    await place(['auth.login', 'auth.me'], canary(50))
    for (const [name, side] of [
      [below, 'auth'],
      [above.toUpperCase(), 'monolith'],
    ] as const) {
      const body = JSON.stringify({ username: name, password: 'secret' })
      const login = await fetch(`${facade.main}/api/auth/login`, { method: 'POST', body })
      expect(await login.json()).toMatchObject({ side, body })
      const headers = { authorization: `Bearer ${tokenOf(name)}` }
      expect(await (await fetch(`${facade.main}/api/auth/me`, { headers })).json()).toMatchObject({ side })
    }
    const unreadable = await fetch(`${facade.main}/api/auth/login`, { method: 'POST', body: '{"username' })
    expect(await unreadable.json()).toMatchObject({ body: '{"username' })
  })

  it('stays on the service while the share grows', async () => {
    const { facade } = await setStageWithFacade()
    let onService: string[] = []
    const names = Array.from({ length: 40 }, (_, n) => `name${n}`)
    for (const share of [10, 40, 90]) {
      await facade.flip({ names: ['emotion.analyze'], to: 'canary', share })
      const sides = await Promise.all(names.map((name) => sideOf(facade, name)))
      const now = names.filter((_, n) => sides[n] === 'emotion')
      expect(now).toEqual(expect.arrayContaining(onService))
      expect(now.length).toBeGreaterThan(onService.length)
      onService = now
    }
  })
})
