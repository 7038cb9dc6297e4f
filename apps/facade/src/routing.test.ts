import { movableRoutes, routeList } from '@emotibot/contracts'
import { describe, expect, it } from 'vitest'
import { bodyOf, exchangeRaw, statusOf } from './testing/raw.ts'
import type { Echo } from './testing/side.ts'
import { setStageWithFacade } from './testing/stage.ts'

const pathOf = (path: string) => path.replaceAll(/:\w+/g, 'abc-1').replace('*', 'js/page.js')

describe('before any flip', () => {
  it('passes every route of the contract to the monolith, method, path, query and body as they came', async () => {
    const { facade } = await setStageWithFacade()
    for (const route of routeList.filter((each) => each.effect !== 'socket')) {
      const url = `${pathOf(route.path)}?a=1&b=%C3%A9`
      const body = route.method === 'GET' || route.method === 'DELETE' ? null : '{"some":"é"}'
      const answer = await fetch(facade.main + url, { method: route.method, body })
      expect(await answer.json()).toMatchObject({
        side: 'monolith',
        method: route.method,
        url,
        body: body ?? '',
      })
    }
  })

  it('answers HEAD as the side does: the head of GET, no body', async () => {
    const { facade, monolith } = await setStageWithFacade()
    for (const path of ['/', '/api/ai/suggestions']) {
      const answer = await fetch(facade.main + path, { method: 'HEAD' })
      expect(answer.status).toBe(200)
      expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(10)
      expect(await answer.text()).toBe('')
    }
    expect(monolith.requests).toBe(2)
  })
})

describe('a flipped route', () => {
  it('goes to the service, its neighbours do not, and it comes back by the receipt', async () => {
    const { facade } = await setStageWithFacade()
    const receipt = await facade.flip({ names: ['emotion.analyze'], to: 'service', why: 'try it' })
    expect(await facade.sideOfAnalyze()).toBe('emotion')
    const batch = await fetch(`${facade.main}/api/emotion/analyze/batch`, { method: 'POST', body: '{}' })
    expect(((await batch.json()) as Echo).side).toBe('monolith')
    expect(receipt.undo).toBe(`./fig rollback ${receipt.flip}`)
    await facade.rollback({ flip: receipt.flip })
    expect(await facade.sideOfAnalyze()).toBe('monolith')
  })

  it('is counted by the side that answered', async () => {
    const { facade } = await setStageWithFacade()
    await facade.sideOfAnalyze()
    await facade.flip({ names: ['emotion.analyze'], to: 'service' })
    await facade.sideOfAnalyze()
    await facade.sideOfAnalyze()
    expect(await facade.requestsOf('emotion.analyze')).toEqual({
      monolith: 1,
      service: 2,
      fallback: 0,
      failed: 0,
    })
    const metrics = await (await fetch(`${facade.controlUrl}/internal/metrics`)).text()
    expect(metrics).toContain(
      'emotibot_facade_requests_total{port="main",route="emotion.analyze",side="service",outcome="answered"} 2',
    )
    expect(metrics).toContain('emotibot_facade_ledger_version 1')
  })
})

describe('what is no route of the contract', () => {
  const unreachable = [
    ['GET', '/internal/about'],
    ['GET', '/internal/metrics'],
    ['GET', '//internal/about'],
    ['GET', '/assets/../internal/about'],
    ['GET', '/assets/%2e%2e/internal/about'],
    ['GET', '/assets/..%2finternal/about'],
    ['GET', '/assets/..%5cinternal/about'],
    ['GET', '/assets\\..\\internal\\about'],
    ['GET', '/api/conversations/a%2Fb/turns'],
    ['GET', '/api/auth/me/'],
    ['GET', '/API/auth/me'],
    ['GET', '/%61pi/auth/me'],
    ['GET', '/api/auth/me;x=1'],
    ['GET', '/control/status'],
    ['GET', '/reference'],
    ['GET', '/openapi.json'],
    ['GET', 'http://127.0.0.1/internal/about'],
    ['GET', 'http://127.0.0.1/api/auth/me'],
    ['OPTIONS', '*'],
    ['OPTIONS', '/api/auth/me'],
    ['TRACE', '/api/auth/me'],
    ['PROPFIND', '/'],
    ['POST', '/'],
    ['POST', '/health/live'],
    ['GET', '/api/%'],
    ['GET', '/assets/%zz'],
  ]

  it('is a 404 in the one error shape, and no side is asked', async () => {
    const { facade, monolith } = await setStageWithFacade()
    for (const [method, path] of unreachable) {
      const answer = await exchangeRaw(
        facade.main,
        `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      )
      expect([404, 400], `${method} ${path}: ${answer}`).toContain(statusOf(answer))
      const { code, request_id: id } = JSON.parse(bodyOf(answer)) as Record<string, string>
      expect(['NOT_FOUND', 'BAD_REQUEST']).toContain(code)
      expect(id).toMatch(/^[0-9a-f-]{36}$/)
    }
    expect(monolith.requests).toBe(0)
  })

  it('has nothing of the control API: it is on its own port', async () => {
    const { facade } = await setStageWithFacade()
    const answer = await facade.control('GET', '/control/status')
    expect(answer.status).toBe(200)
    expect((await fetch(`${facade.main}/control/status`)).status).toBe(404)
    expect((await fetch(`${facade.controlUrl}/api/auth/me`)).status).toBe(404)
  })

  it('leaves the facade its own health on both ports', async () => {
    const { facade, monolith } = await setStageWithFacade()
    for (const url of [facade.main, facade.controlUrl]) {
      expect((await fetch(`${url}/health/live`)).status).toBe(200)
      expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({
        status: 'ok',
        checks: { routing: 'ok' },
      })
    }
    expect(monolith.requests).toBe(0)
  })
})

it('knows where every movable route stands', async () => {
  const { facade } = await setStageWithFacade()
  const { routes, ledger, needs, upstreams, replicas } = await facade.status()
  expect(routes.map(({ key, stage, share }) => [key, stage, share])).toEqual(
    movableRoutes.map(({ key }) => [key, 'monolith', 0]),
  )
  expect({ ledger, needs }).toEqual({ ledger: 'up', needs: [] })
  expect(upstreams).toMatchObject([
    { name: 'monolith', is_ready: true, build: '0.0.1' },
    { name: 'emotion', is_ready: true, breaker: 'closed' },
  ])
  expect(replicas).toMatchObject([{ is_live: true, version: 0 }])
})
