import { routes } from '@emotibot/contracts'
import type { RouteFlag } from '@emotibot/flags'
import { describe, expect, it, vi } from 'vitest'
import { AUTH_ROUTES, canary, ON_SERVICE, setAuthStageWithFacade, tokenOf } from '../testing/auth-stage.ts'
import type { Facade } from '../testing/stage.ts'
import { FRESH_MS } from '../upstreams/lag.ts'
import { mayFallBackTo, type Routed } from './elsewhere.ts'

const POSITION = { 'emotibot-position': '0a1b2c3d4e.9' }

const me = (facade: Facade, headers: Record<string, string> = {}) =>
  fetch(`${facade.main}/api/auth/me`, { headers: { authorization: `Bearer ${tokenOf('ann')}`, ...headers } })
const sideOf = async (answer: Promise<Response>) => ((await (await answer).json()) as { side: string }).side

describe('a read whose side cannot answer', () => {
  async function onService() {
    const stage = await setAuthStageWithFacade()
    await stage.place(AUTH_ROUTES, ON_SERVICE)
    return stage
  }

  it('is answered by the monolith when its client says what it has seen', async () => {
    const { facade, auth } = await onService()
    await auth.kill()
    expect(await sideOf(me(facade, POSITION))).toBe('monolith')
    expect(await sideOf(me(facade, { cookie: 'emotibot_position=0a1b2c3d4e.9' }))).toBe('monolith')
    expect(await facade.requestsOf('auth.me')).toMatchObject({ fallback: 2, failed: 0 })
  })

  it.each([500, 503])('is answered by the monolith also when the service says %d', async (status) => {
    const { facade, auth } = await onService()
    auth.handler = (_request, response) => response.writeHead(status).end('dying')
    expect(await sideOf(me(facade, POSITION))).toBe('monolith')
  })

  it('is answered by the monolith while the breaker is open', async () => {
    const { facade, auth } = await onService()
    await auth.kill()
    for (let n = 0; n < 6; n++) await me(facade)
    await auth.revive()
    const before = auth.requests
    expect(await sideOf(me(facade, POSITION))).toBe('monolith')
    expect((await me(facade)).status, 'who says nothing gets no older answer').toBe(503)
    expect(auth.requests).toBe(before)
  })

  it('is answered by the service when the monolith is down, where the service answers anybody', async () => {
    const { facade, monolith, place } = await setAuthStageWithFacade()
    await place(AUTH_ROUTES, canary(1))
    monolith.handler = (request) => request.socket.resetAndDestroy()
    expect(await sideOf(me(facade, POSITION))).toBe('auth')
    await place(AUTH_ROUTES, { stage: 'monolith', share: 0 })
    expect((await me(facade, POSITION)).status).toBe(502)
  })

  it('is a 502 for a client that has not said what it has seen, while nobody knows the lag', async () => {
    const { facade, auth, monolith } = await onService()
    await auth.kill()
    expect((await me(facade)).status).toBe(502)
    expect(monolith.requests).toBe(0)
  })

  it('is asked of the other side once', async () => {
    const { facade, auth, monolith } = await onService()
    auth.handler = (_request, response) => response.writeHead(500).end()
    monolith.handler = auth.handler
    expect((await me(facade, POSITION)).status).toBe(500)
    expect([auth.requests, monolith.requests]).toEqual([1, 1])
  })

  it('goes to its own side by its share as long as that answers, position or not', async () => {
    const { facade, auth, monolith, place } = await setAuthStageWithFacade()
    await place(AUTH_ROUTES, canary(50))
    const names = Array.from({ length: 20 }, (_, n) => `user${n}`)
    const sides = (headers: Record<string, string>) =>
      Promise.all(
        names.map((name) => sideOf(me(facade, { authorization: `Bearer ${tokenOf(name)}`, ...headers }))),
      )
    expect(await sides(POSITION)).toEqual(await sides({}))
    expect([auth.requests, monolith.requests].every((count) => count > 0)).toBe(true)
  })
})

describe('whether the other side may answer', () => {
  const read: Routed = {
    route: routes['auth.me'],
    flag: { stage: 'service', share: 100, epoch: 1, flip: null, changedAt: null, changedBy: null, kept: [] },
    hasPosition: false,
    partition: 'ann',
  }
  const kept = (names: string[]): RouteFlag => ({ ...read.flag, kept: names })

  it('is asked of the lag when the client has said nothing, which has to be known and short', () => {
    const lags = [null, 2 * FRESH_MS, FRESH_MS, FRESH_MS - 1, 0]
    expect(lags.map((lag) => mayFallBackTo('monolith', read, () => lag))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ])
    const lagOf = vi.fn(() => null)
    mayFallBackTo('monolith', read, lagOf)
    expect(lagOf).toHaveBeenCalledWith(routes['auth.me'], 'monolith')
  })

  it('is no for a write, for a retired route, and for a partition whose changes are set aside', () => {
    const sure = () => 0
    const position = { ...read, hasPosition: true }
    expect(mayFallBackTo('monolith', { ...position, route: routes['auth.login'] }, sure)).toBe(false)
    expect(mayFallBackTo('monolith', { ...position, route: routes['auth.delete'] }, sure)).toBe(false)
    expect(mayFallBackTo('monolith', { ...position, flag: { ...read.flag, stage: 'retired' } }, sure)).toBe(
      false,
    )
    expect(mayFallBackTo('monolith', { ...position, flag: kept(['ann']) }, sure)).toBe(false)
    expect(mayFallBackTo('monolith', { ...position, flag: kept(['bob']) }, sure)).toBe(true)
  })
})
