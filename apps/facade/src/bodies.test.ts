import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { BODY_LIMIT_BYTES, routes } from '@emotibot/contracts'
import { describe, expect, it, vi } from 'vitest'
import { bodyOf, exchangeRaw, RawConnection, statusOf } from './testing/raw.ts'
import { answerJson, type Echo, readAll } from './testing/side.ts'
import { setStageWithFacade } from './testing/stage.ts'

const BATCH = '/api/emotion/analyze/batch'
const BATCH_LIMIT_BYTES = routes['emotion.batch'].bodyLimitBytes

const chunked = (path: string) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`

describe('a body', () => {
  it('of exactly the limit passes, one byte more is 413 and reaches nobody', async () => {
    const { facade, monolith } = await setStageWithFacade()
    for (const [path, limitBytes] of [
      ['/api/emotion/analyze', BODY_LIMIT_BYTES],
      [BATCH, BATCH_LIMIT_BYTES],
    ] as const) {
      const fits = await fetch(facade.main + path, { method: 'POST', body: 'x'.repeat(limitBytes) })
      expect(((await fits.json()) as Echo).body).toHaveLength(limitBytes)
      const before = monolith.requests
      const over = await fetch(facade.main + path, { method: 'POST', body: 'x'.repeat(limitBytes + 1) })
      expect(over.status).toBe(413)
      expect(await over.json()).toMatchObject({
        code: 'TOO_LARGE',
        request_id: over.headers.get('x-request-id'),
      })
      expect(monolith.requests).toBe(before)
    }
  })

  it.each([
    ['/api/emotion/analyze', BODY_LIMIT_BYTES],
    [BATCH, BATCH_LIMIT_BYTES],
  ] as const)('in chunks is counted as it comes: %s', async (path, limitBytes) => {
    const { facade } = await setStageWithFacade()
    const pieces = Array.from({ length: limitBytes / 65_536 }, () => chunk('x'.repeat(65_536))).join('')
    const fits = await exchangeRaw(facade.main, `${chunked(path)}${pieces}0\r\n\r\n`)
    expect(statusOf(fits)).toBe(200)
    const over = await exchangeRaw(facade.main, `${chunked(path)}${pieces}${chunk('x')}0\r\n\r\n`)
    expect(statusOf(over)).toBe(413)
    expect(bodyOf(over)).toContain('TOO_LARGE')
  })

  it('of a thousand texts arrives whole on the service', async () => {
    const { facade } = await setStageWithFacade()
    await facade.flip({ names: ['emotion.batch'], to: 'service' })
    const body = JSON.stringify({
      texts: Array.from({ length: 1_000 }, (_, n) => `text ${n} 😀 ${'é'.repeat(200)}`),
    })
    const answer = await fetch(facade.main + BATCH, { method: 'POST', body })
    expect(await answer.json()).toMatchObject({ side: 'emotion', body })
  })

  it('that is large is passed on while it arrives', async () => {
    const { facade, monolith } = await setStageWithFacade()
    const first = Promise.withResolvers<void>()
    monolith.handler = (request, response) => {
      request.once('data', () => first.resolve())
      void readAll(request).then((body) => answerJson(response, { length: body.length }))
    }
    const connection = await RawConnection.open(facade.main)
    connection.send(chunked(BATCH))
    connection.send(chunk('x'.repeat(1_000)))
    await first.promise
    connection.send(`${chunk('y'.repeat(1_000))}0\r\n\r\n`)
    expect(bodyOf(await connection.closed())).toContain('{"length":2000}')
  })

  it('is asked for with 100 Continue when the client waits for that', async () => {
    const { facade } = await setStageWithFacade()
    const request = httpRequest(`${facade.main}/api/emotion/analyze`, {
      method: 'POST',
      headers: { expect: '100-continue', 'content-length': 2 },
    })
    request.flushHeaders()
    await once(request, 'continue')
    request.end('{}')
    const [answer] = await once(request, 'response')
    expect(JSON.parse(await readAll(answer))).toMatchObject({ side: 'monolith', body: '{}' })
  })

  it('of a GET is not passed on, and does not disturb the next request of the connection', async () => {
    const { facade } = await setStageWithFacade()
    const connection = await RawConnection.open(facade.main)
    connection.send('GET /api/auth/me HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello')
    connection.send('GET /api/ai/suggestions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    const answers = await connection.closed()
    expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
    expect(answers).toContain('"url":"/api/ai/suggestions"')
    expect(answers).toContain('"body":""')
  })
})

describe('an answer', () => {
  it.each([204, 304])('of %d has no body and leaves the connection usable', async (status) => {
    const { facade, monolith } = await setStageWithFacade()
    monolith.handler = (_request, response) => response.writeHead(status, { etag: '"1"' }).end()
    const connection = await RawConnection.open(facade.main)
    connection.send('GET /api/auth/me HTTP/1.1\r\nHost: x\r\n\r\n')
    await vi.waitFor(() => expect(connection.received).toContain('\r\n\r\n'))
    connection.send('GET /api/auth/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    expect((await connection.closed()).match(new RegExp(`HTTP/1\\.1 ${status}`, 'g'))).toHaveLength(2)
  })

  it('ignores what a side says before it: 103 and the like', async () => {
    const { facade, monolith } = await setStageWithFacade()
    monolith.handler = (_request, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload; as=style' })
      answerJson(response, { fine: true })
    }
    expect(await (await facade.analyze()).json()).toEqual({ fine: true })
  })

  it('is passed on while it is made: head first, then each piece', async () => {
    const { facade, monolith } = await setStageWithFacade()
    const go = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
    monolith.handler = async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      await go[0].promise
      response.write('data: one\n\n')
      await go[1].promise
      response.end('data: two\n\n')
    }
    const answer = await fetch(`${facade.main}/api/conversations/export`)
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    go[0].resolve()
    expect(await reader?.read()).toEqual({ done: false, value: 'data: one\n\n' })
    go[1].resolve()
    expect(await reader?.read()).toEqual({ done: false, value: 'data: two\n\n' })
    expect(await reader?.read()).toMatchObject({ done: true })
  })

  it('makes the side wait for a client that does not read', async () => {
    const { facade, monolith } = await setStageWithFacade()
    let written = 0
    const piece = Buffer.alloc(64 * 1_024)
    const stuck = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    const total = 64 * 1_024 * 1_024
    monolith.handler = async (_request, response) => {
      while (written < total) {
        written += piece.length
        if (response.write(piece)) continue
        // Long without a drain: everything between here and the client is full.
        const timer = setTimeout(stuck.resolve, 500)
        await once(response, 'drain')
        clearTimeout(timer)
      }
      response.end(ended.resolve)
    }
    const answer = await fetch(`${facade.main}/api/conversations/export`)
    await stuck.promise
    expect(written).toBeLessThan(total / 2)
    expect((await answer.arrayBuffer()).byteLength).toBe(total)
    await ended.promise
  })

  it('that breaks in the middle breaks for the client too: half of it never looks whole', async () => {
    const { facade, monolith } = await setStageWithFacade()
    const send = { 'with a length': { 'content-length': '100' }, 'in chunks': {} }
    for (const headers of Object.values(send)) {
      monolith.handler = (_request, response) => {
        response.writeHead(200, headers)
        response.write('half', () => response.destroy())
      }
      const answer = await fetch(`${facade.main}/api/conversations/export`)
      expect(answer.status).toBe(200)
      await expect(answer.text()).rejects.toThrow()
    }
  })
})

describe('a client that leaves', () => {
  it('while it waits for an answer ends the work on the side', async () => {
    const { facade, monolith } = await setStageWithFacade()
    const arrived = Promise.withResolvers<void>()
    const left = Promise.withResolvers<void>()
    monolith.handler = (_request, response) => {
      response.once('close', () => left.resolve())
      arrived.resolve()
    }
    const leave = new AbortController()
    const asked = facade.analyze({ signal: leave.signal })
    asked.catch(() => undefined)
    await arrived.promise
    leave.abort()
    await left.promise
    await expect(asked).rejects.toThrow('abort')
  })

  it('in the middle of its body ends the request on the side', async () => {
    const { facade, monolith } = await setStageWithFacade()
    const arrived = Promise.withResolvers<void>()
    const brokenOff = Promise.withResolvers<void>()
    monolith.handler = (request) => {
      request.once('data', () => arrived.resolve())
      request.once('error', () => brokenOff.resolve())
    }
    const connection = await RawConnection.open(facade.main)
    connection.send(
      `POST ${BATCH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(1_000)}`,
    )
    await arrived.promise
    connection.socket.resetAndDestroy()
    await brokenOff.promise
  })

  it('is no failure of anybody', async () => {
    const { facade, emotion } = await setStageWithFacade()
    await facade.flip({ names: ['emotion.batch'], to: 'service' })
    for (let n = 0; n < 8; n++) {
      const arrived = Promise.withResolvers<void>()
      const left = Promise.withResolvers<void>()
      emotion.handler = (request) => {
        request.once('data', () => arrived.resolve())
        request.once('error', () => left.resolve())
      }
      const connection = await RawConnection.open(facade.main)
      connection.send(`POST ${BATCH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nxxx`)
      await arrived.promise
      connection.socket.resetAndDestroy()
      await left.promise
    }
    const { upstreams, routes: all } = await facade.status()
    expect(upstreams.find(({ name }) => name === 'emotion')).toMatchObject({ breaker: 'closed' })
    expect(all.find(({ key }) => key === 'emotion.batch')?.requests).toMatchObject({ failed: 0, fallback: 0 })
  })
})
