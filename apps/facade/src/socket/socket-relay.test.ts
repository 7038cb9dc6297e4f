import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { INTERNAL_HEADERS } from '@emotibot/contracts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { bodyOf, exchangeRaw, statusOf } from '../testing/raw.ts'
import { setStageWithFacade } from '../testing/stage.ts'

/** A monolith with real sockets: it greets with the headers it got, echoes, and does what a frame says. */
async function setSocketStage(env?: Record<string, string>) {
  const stage = await setStageWithFacade(env)
  const server = new WebSocketServer({ noServer: true, autoPong: true })
  const opened: { socket: WebSocket; request: IncomingMessage }[] = []
  let timesBehind = 0
  stage.monolith.server.on('upgrade', (request, socket, head) => {
    stage.monolith.requests += 1
    if (timesBehind > 0) {
      timesBehind -= 1
      socket.end(`HTTP/1.1 503 Busy\r\n${INTERNAL_HEADERS.refused}: behind\r\nContent-Length: 2\r\n\r\n{}`)
      return
    }
    if (request.headers.origin === 'http://evil.example') {
      socket.end(
        'HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"code":"X"}'.slice(
          0,
          -1,
        ),
      )
      return
    }
    server.handleUpgrade(request, socket, head, (side) => {
      opened.push({ socket: side, request })
      side.on('message', (data, binary) => side.send(data, { binary }))
      side.send('ready')
    })
  })
  const open = async (headers: Record<string, string> = {}, protocols: string[] = []) => {
    const client = new WebSocket(`${stage.facade.main.replace('http', 'ws')}/ws?a=1`, protocols, { headers })
    const received: string[] = []
    client.on('message', (data) => received.push(data.toString()))
    onTestFinished(() => client.terminate())
    await once(client, 'open')
    await vi.waitFor(() => expect(received[0]).toBe('ready'))
    const side = opened.at(-1)
    if (!side) throw new Error('no socket on the side')
    return { client, received, side: side.socket, request: side.request }
  }
  const isBehind = (times: number) => {
    timesBehind = times
  }
  return { ...stage, open, isBehind }
}

const closeOf = async (socket: WebSocket): Promise<number> => ((await once(socket, 'close')) as [number])[0]

describe('a live socket', () => {
  it('reaches its side as itself: cookie, token, origin, host, query, and who the client is', async () => {
    const { open } = await setSocketStage()
    const { request } = await open({
      cookie: 'emotibot_session=x',
      authorization: 'Bearer y',
      origin: 'http://chat.example',
      host: 'chat.example',
      'x-forwarded-for': '6.6.6.6',
    })
    expect(request.url).toBe('/ws?a=1')
    expect(request.headers).toMatchObject({
      cookie: 'emotibot_session=x',
      authorization: 'Bearer y',
      origin: 'http://chat.example',
      host: 'chat.example',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'chat.example',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  it('carries frames both ways, as they are and in order', async () => {
    const { open } = await setSocketStage()
    const { client, received } = await open()
    const sent = Array.from({ length: 200 }, (_, n) => `frame ${n} 😀`)
    for (const text of sent) client.send(text)
    await vi.waitFor(() => expect(received).toHaveLength(201))
    expect(received.slice(1)).toEqual(sent)
    const bytes = Buffer.from([0, 255, 128])
    client.send(bytes)
    const [data, isBinary] = (await once(client, 'message')) as [Buffer, boolean]
    expect([data, isBinary]).toEqual([bytes, true])
  })

  it('carries pings through to the far end, so that each side sees the other live', async () => {
    const { open } = await setSocketStage()
    const { client, side } = await open()
    const [pongOfClient, pongOfSide] = [once(side, 'pong'), once(client, 'pong')]
    side.ping('are you there')
    client.ping('and you')
    expect(String((await pongOfClient)[0])).toBe('are you there')
    expect(String((await pongOfSide)[0])).toBe('and you')
  })

  it('speaks the protocol that the side chose', async () => {
    const { open } = await setSocketStage()
    const { client } = await open({}, ['emotibot.v1', 'other'])
    expect(client.protocol).toBe('emotibot.v1')
  })

  it.each([4001, 4008, 4009, 4012, 1000])('is closed with the side’s own code %d', async (code) => {
    const { open } = await setSocketStage()
    const { client, side } = await open()
    side.close(code, 'as the side says')
    expect(await closeOf(client)).toBe(code)
  })

  it('is told to reconnect when its side dies or goes away', async () => {
    const { open } = await setSocketStage()
    const dying = await open()
    dying.side.terminate()
    expect(await closeOf(dying.client)).toBe(4012)
    const leaving = await open()
    leaving.side.close(1001)
    expect(await closeOf(leaving.client)).toBe(4012)
  })

  it('closes its side when the client closes, and when it is gone', async () => {
    const { open } = await setSocketStage()
    const closing = await open()
    closing.client.close(1000)
    expect(await closeOf(closing.side)).toBe(1000)
    const gone = await open()
    gone.client.terminate()
    await closeOf(gone.side)
  })

  it('is told to reconnect when the facade stops, which does not wait for it', async () => {
    const { open, facade } = await setSocketStage()
    const { client } = await open()
    const closed = closeOf(client)
    await facade.app.close()
    expect(await closed).toBe(4012)
  })

  it('makes its side wait for a client that does not read, and loses nothing', async () => {
    const { open } = await setSocketStage()
    const { client, received, side } = await open()
    client.pause()
    const text = 'x'.repeat(60_000)
    let count = 0
    while (side.bufferedAmount < 1_000_000 && count < 5_000) {
      side.send(text)
      count += 1
      if (count % 50 === 0) await new Promise(setImmediate)
    }
    expect(side.bufferedAmount).toBeGreaterThan(0)
    client.resume()
    await vi.waitFor(() => expect(received).toHaveLength(count + 1), { timeout: 15_000 })
  })
})

const upgrade = (path: string, ...headers: string[]) =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: x',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
    '',
    '',
  ].join('\r\n')

describe('a socket whose side has not seen yet what the client has', () => {
  it('is opened once it has', async () => {
    const { open, isBehind, monolith } = await setSocketStage()
    isBehind(3)
    await open()
    expect(monolith.requests).toBe(4)
  })

  it('gets the side’s own answer after a while', { timeout: 30_000 }, async () => {
    const { facade, isBehind } = await setSocketStage()
    isBehind(Number.POSITIVE_INFINITY)
    const answer = await exchangeRaw(facade.main, upgrade('/ws'))
    expect(statusOf(answer)).toBe(503)
  })
})

describe('a socket that is refused', () => {
  it('gets the side’s own answer', async () => {
    const { facade } = await setSocketStage()
    const answer = await exchangeRaw(facade.main, upgrade('/ws', 'Origin: http://evil.example'))
    expect(statusOf(answer)).toBe(403)
    expect(answer).toContain('{"code":"X"')
  })

  it('gets a 502 when the side is down', async () => {
    const { facade, monolith } = await setSocketStage()
    await monolith.kill()
    const answer = await exchangeRaw(facade.main, upgrade('/ws'))
    expect(statusOf(answer)).toBe(502)
    expect(answer).toContain('UPSTREAM_BAD')
  })

  it('anywhere but at /ws is an ordinary request', async () => {
    const { facade, monolith } = await setStageWithFacade()
    const onceOnly = (path: string) =>
      upgrade(path).replace('Connection: Upgrade', 'Connection: Upgrade, close')
    expect(statusOf(await exchangeRaw(facade.main, onceOnly('/api/auth/me')))).toBe(200)
    expect(statusOf(await exchangeRaw(facade.main, onceOnly('/internal/about')))).toBe(404)
    expect(monolith.requests).toBe(1)
  })

  it('for a handshake that is none gets a 400 in the one shape, and no side is asked', async () => {
    const { facade, monolith } = await setSocketStage()
    const handshake = upgrade('/ws')
    for (const text of [
      handshake.replace(/Sec-WebSocket-Key: .*\r\n/, ''),
      handshake.replace(/(?<=Sec-WebSocket-Key: ).*(?=\r\n)/, 'short'),
      handshake.replace('Version: 13', 'Version: 8'),
    ]) {
      const answer = await exchangeRaw(facade.main, text)
      expect(statusOf(answer)).toBe(400)
      expect(JSON.parse(bodyOf(answer))).toMatchObject({ code: 'BAD_REQUEST' })
    }
    expect(monolith.requests).toBe(0)
  })
})
