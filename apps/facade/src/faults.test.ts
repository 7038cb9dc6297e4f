import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { RawConnection, statusOf } from './testing/raw.ts'
import { answerJson, readAll } from './testing/side.ts'
import { type Facade, setStage, setStageWithFacade } from './testing/stage.ts'

const ANALYZE = 'emotion.analyze'
const BATCH = '/api/emotion/analyze/batch'

async function flippedStage(env?: Record<string, string>) {
  const stage = await setStageWithFacade(env)
  await stage.facade.flip({ names: ['emotion.analyze', 'emotion.batch'], to: 'service' })
  return stage
}

describe('a pure route whose service cannot answer', () => {
  it('is answered by the monolith when the connection is refused', async () => {
    const { facade, emotion } = await flippedStage()
    await emotion.kill()
    expect(await facade.sideOfAnalyze()).toBe('monolith')
    expect(await facade.requestsOf(ANALYZE)).toMatchObject({ monolith: 0, fallback: 1, failed: 0 })
  })

  it('is answered by the monolith when the connection is reset, the body included', async () => {
    const { facade, emotion } = await flippedStage()
    emotion.handler = (request) => request.socket.resetAndDestroy()
    const answer = await facade.analyze({ body: '{"text":"again"}' })
    expect(await answer.json()).toMatchObject({ side: 'monolith', body: '{"text":"again"}' })
  })

  it('is answered by the monolith when the service says nothing in time', async () => {
    const { facade, emotion } = await flippedStage({ EMOTIBOT_FALLBACK_AFTER_MS: '200' })
    emotion.handler = () => undefined
    expect(await facade.sideOfAnalyze()).toBe('monolith')
  })

  it.each([500, 502, 503, 504])('is answered by the monolith when the service says %d', async (status) => {
    const { facade, emotion } = await flippedStage()
    emotion.handler = (_request, response) => response.writeHead(status).end('dying')
    expect(await facade.sideOfAnalyze()).toBe('monolith')
  })

  it('is answered by the monolith when the service talks nonsense', async () => {
    const { facade, emotion } = await flippedStage()
    emotion.handler = (request) => request.socket.end('HTTP/1.1 two hundred\r\n\r\n')
    expect(await facade.sideOfAnalyze()).toBe('monolith')
  })

  it('is answered by the monolith also when a large body was half sent already', async () => {
    const { facade, emotion } = await flippedStage()
    emotion.handler = (request) => request.once('data', () => request.socket.resetAndDestroy())
    const body = Array.from({ length: 40_000 }, (_, n) => `piece ${n} of a large body`).join(' ')
    const answer = await fetch(facade.main + BATCH, { method: 'POST', body })
    expect(await answer.json()).toMatchObject({ side: 'monolith', body })
  })

  it('is answered by the monolith also when a large body was sent whole and then refused', async () => {
    const { facade, emotion } = await flippedStage()
    emotion.handler = (request, response) =>
      void readAll(request).then(() => response.writeHead(503).end('too busy'))
    const body = 'x'.repeat(3_000_000)
    const answer = await fetch(facade.main + BATCH, { method: 'POST', body })
    expect(await answer.json()).toMatchObject({ side: 'monolith', body })
  })

  it('keeps a 4xx of the service: that is an answer', async () => {
    const { facade, emotion, monolith } = await flippedStage()
    emotion.handler = (_request, response) => response.writeHead(400).end('no')
    expect((await facade.analyze()).status).toBe(400)
    expect(monolith.requests).toBe(0)
  })

  it('is not asked twice once the service began to answer', async () => {
    const { facade, emotion, monolith } = await flippedStage()
    emotion.handler = (_request, response) => {
      response.writeHead(200)
      response.write('half', () => response.destroy())
    }
    await expect(facade.analyze().then((answer) => answer.text())).rejects.toThrow()
    expect(monolith.requests).toBe(0)
  })

  it('is not answered by a monolith it is retired from', async () => {
    const { facade, emotion, monolith } = await flippedStage()
    await facade.flip({ names: [ANALYZE], to: 'retired' })
    await emotion.kill()
    const answer = await facade.analyze()
    expect(answer.status).toBe(502)
    expect(await answer.json()).toMatchObject({ code: 'UPSTREAM_BAD' })
    expect(monolith.requests).toBe(0)
  })

  it('is answered by the monolith when no service is set up any more', async () => {
    const { startFacade } = await flippedStage()
    const other = await startFacade({ EMOTIBOT_EMOTION_URL: '' })
    expect(await other.sideOfAnalyze()).toBe('monolith')
  })
})

it('answers every request while a service process is killed under canary', async () => {
  const child = fork(fileURLToPath(new URL('./testing/side-process.ts', import.meta.url)), {
    stdio: 'inherit',
  })
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  const { startFacade } = await setStage()
  const facade = await startFacade({ EMOTIBOT_EMOTION_URL: url })
  await facade.flip({ names: [ANALYZE], to: 'canary', share: 99 })
  const statuses: number[] = []
  const ask = async () => {
    const answer = await facade.analyze()
    statuses.push(answer.status)
    await answer.arrayBuffer()
  }
  await Promise.all(Array.from({ length: 20 }, ask))
  const killed = once(child, 'exit')
  child.kill('SIGKILL')
  while (child.signalCode === null) await Promise.all(Array.from({ length: 10 }, ask))
  await killed
  await Promise.all(Array.from({ length: 40 }, ask))
  expect(new Set(statuses)).toEqual(new Set([200]))
  const { service, fallback, failed } = await facade.requestsOf(ANALYZE)
  expect(service).toBeGreaterThan(0)
  expect(fallback).toBeGreaterThan(0)
  expect(failed).toBe(0)
})

describe('the breaker of a route', () => {
  async function brokenStage() {
    const stage = await flippedStage()
    await stage.emotion.kill()
    for (let n = 0; n < 5; n++) expect(await stage.facade.sideOfAnalyze()).toBe('monolith')
    return stage
  }
  const breakerOf = async (facade: Facade) =>
    (await facade.status()).upstreams.find(({ name }) => name === 'emotion')?.breaker

  it('opens after failures in a row, which the status shows and says to look at', async () => {
    const { facade } = await brokenStage()
    expect(await breakerOf(facade)).toBe('open')
    const { needs } = await facade.status()
    expect(needs.join(' ')).toContain('The breaker of emotion is open')
    const why = await facade.control('GET', `/control/why?user=alice&route=${ANALYZE}`)
    expect(await why.json()).toMatchObject({
      side: 'monolith',
      reason: expect.stringContaining('breaker is open'),
    })
  })

  it('keeps requests from the service while it is open, and lets one try when it was long enough', async () => {
    const { facade, emotion } = await brokenStage()
    await emotion.revive()
    const before = emotion.requests
    expect(await facade.sideOfAnalyze()).toBe('monolith')
    expect(emotion.requests).toBe(before)
    await vi.waitFor(async () => expect(await facade.sideOfAnalyze()).toBe('emotion'), {
      timeout: 8_000,
      interval: 50,
    })
    expect(await breakerOf(facade)).toBe('closed')
  })

  it('is each route’s own', async () => {
    const { facade, emotion } = await brokenStage()
    await emotion.revive()
    const answer = await fetch(facade.main + BATCH, { method: 'POST', body: '{}' })
    expect(await answer.json()).toMatchObject({ side: 'emotion' })
  })
})

describe('a route that only its side may answer', () => {
  it('is asked once, whatever happens', async () => {
    const { facade, monolith } = await setStageWithFacade()
    monolith.handler = (request) => request.socket.resetAndDestroy()
    for (const [method, path] of [
      ['POST', '/api/conversations'],
      ['GET', '/api/conversations'],
      ['GET', '/'],
    ] as const) {
      const before = monolith.requests
      const answer = await fetch(facade.main + path, { method })
      expect(answer.status, path).toBe(502)
      expect(await answer.json()).toMatchObject({ code: 'UPSTREAM_BAD' })
      expect(monolith.requests - before, path).toBe(1)
    }
  })

  it('keeps a 503 of its side as it is, and asks no more', async () => {
    const { facade, monolith } = await setStageWithFacade()
    monolith.handler = (_request, response) => response.writeHead(503, { 'retry-after': '7' }).end('busy')
    for (const path of ['/', '/api/conversations']) {
      const before = monolith.requests
      const answer = await fetch(facade.main + path)
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7'])
      expect(monolith.requests - before).toBe(1)
    }
  })

  it('is a 504 when the side says nothing in time', async () => {
    const { facade, monolith } = await setStageWithFacade({ EMOTIBOT_HEADERS_TIMEOUT_MS: '200' })
    monolith.handler = () => undefined
    for (const path of ['/', '/api/conversations']) {
      const answer = await fetch(facade.main + path)
      expect(answer.status, path).toBe(504)
      expect(await answer.json()).toMatchObject({ code: 'TIMEOUT' })
    }
  })

  it('is broken off when the side falls silent in the middle', async () => {
    const { facade, monolith } = await setStageWithFacade({ EMOTIBOT_BODY_TIMEOUT_MS: '200' })
    monolith.handler = (_request, response) => void response.writeHead(200).write('half')
    await expect(fetch(`${facade.main}/api/conversations`).then((answer) => answer.text())).rejects.toThrow()
  })

  it('is a 502 when the answer has a header that cannot be passed on', async () => {
    const { facade, monolith } = await setStageWithFacade()
    monolith.handler = (request) =>
      void readAll(request).then(() =>
        request.socket.end('HTTP/1.1 200 OK\r\nx-a: a\u0000b\r\ncontent-length: 0\r\n\r\n'),
      )
    const answer = await fetch(`${facade.main}/api/conversations`)
    expect(answer.status).toBe(502)
  })
})

describe('a facade that is closed', () => {
  it('finishes what is under way and takes nothing new', async () => {
    const { facade, monolith } = await setStageWithFacade()
    const arrived = Promise.withResolvers<void>()
    const go = Promise.withResolvers<void>()
    monolith.handler = async (_request, response) => {
      arrived.resolve()
      await go.promise
      answerJson(response, { late: true })
    }
    const underWay = facade.analyze()
    await arrived.promise
    const closed = facade.app.close()
    await vi.waitFor(() => expect(RawConnection.open(facade.main)).rejects.toThrow('ECONNREFUSED'))
    go.resolve()
    expect(await (await underWay).json()).toEqual({ late: true })
    await closed
  })

  it('does not wait for a connection that is only kept alive', async () => {
    const { facade } = await setStageWithFacade()
    const idle = await RawConnection.open(facade.main)
    idle.send('GET /api/auth/me HTTP/1.1\r\nHost: x\r\n\r\n')
    await vi.waitFor(() => expect(statusOf(idle.received)).toBe(200))
    await facade.app.close()
    await idle.closed()
  })
})
