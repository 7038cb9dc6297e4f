import { once } from 'node:events'
import { type RequestListener, request } from 'node:http'
import { CLOSE, INTERNAL_PATHS } from '@emotibot/contracts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import {
  AUTH_ROUTES,
  ON_SERVICE,
  setAuthStage,
  setAuthStageWithFacade,
  tokenOf,
} from '../testing/auth-stage.ts'
import { openGate } from '../testing/gate.ts'
import { behind } from '../testing/refusals.ts'
import { answerJson, type Side } from '../testing/side.ts'
import type { Facade } from '../testing/stage.ts'

const CLEARED = 'emotibot_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax'
const SEEN = '0a1b2c3d4e.9'

const bearer = (sid: string) => ({ authorization: `Bearer ${tokenOf('ann', sid)}` })
const me = (facade: Facade, sid: string) => fetch(`${facade.main}/api/auth/me`, { headers: bearer(sid) })
const logout = (facade: Facade, sid: string) =>
  fetch(`${facade.main}/api/auth/logout`, {
    method: 'POST',
    headers: { cookie: `emotibot_session=${tokenOf('ann', sid)}` },
  })

/** A log out that ends these sessions. */
const ending = (...sids: string[]) => endingWith([CLEARED, 'other=1'], sids)

const endingWith =
  (cookies: string | string[], sids: readonly string[]): RequestListener =>
  (_request, response) => {
    response.writeHead(204, {
      'emotibot-revoked': sids.join(),
      'emotibot-position': SEEN,
      'set-cookie': cookies,
    })
    response.end()
  }

describe('an answer that ended sessions', () => {
  it('comes as it is once they are revoked, and no side is asked for them any more', async () => {
    const { facade, monolith } = await setAuthStageWithFacade()
    const echo = monolith.handler
    monolith.handler = ending('s1', 's2')
    const answer = await logout(facade, 's1')
    expect(answer.status).toBe(204)
    expect(answer.headers.getSetCookie().slice(0, 2)).toEqual([CLEARED, 'other=1'])
    monolith.handler = echo
    const before = monolith.requests
    for (const sid of ['s1', 's2']) {
      const refused = await me(facade, sid)
      expect(refused.status).toBe(401)
      expect(refused.headers.get('content-type')).toBe('application/json; charset=utf-8')
      expect(await refused.json()).toEqual({
        error: 'Unauthorized',
        code: 'UNAUTHENTICATED',
        message: 'This token is not good, or not any more. Sign in again.',
        request_id: refused.headers.get('x-request-id'),
      })
    }
    expect(monolith.requests).toBe(before)
    expect((await me(facade, 's3')).status).toBe(200)
  })

  it('with a body comes whole', async () => {
    const { facade, monolith } = await setAuthStageWithFacade()
    const body = { message: 'x'.repeat(200_000) }
    monolith.handler = (_request, response) => {
      response.setHeader('emotibot-revoked', 's1')
      answerJson(response, body)
    }
    expect(await (await logout(facade, 's0')).json()).toEqual(body)
  })

  it.each([
    ['alone', CLEARED],
    ['beside others', [CLEARED, 'other=1']],
  ])(
    'is a 503 when the revocation cannot be made to last; the cookie, %s, is cleared all the same',
    async (_, cookies) => {
      const { startFacade, monolith, database } = await setAuthStage()
      const { gate, url } = await openGate(database.url)
      const facade = await startFacade({ LEDGER_DATABASE_URL: url })
      monolith.handler = (request, response) =>
        void gate.cut().then(() => {
          endingWith(cookies, ['s1'])(request, response)
        })
      const answer = await logout(facade, 's1')
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
      expect(await answer.json()).toMatchObject({ code: 'BUSY' })
      expect(answer.headers.getSetCookie()).toEqual([
        expect.stringContaining(`emotibot_position=${SEEN}`),
        CLEARED,
      ])
      expect(answer.headers.get('emotibot-revoked')).toBeNull()
    },
  )
})

describe('a token of an ended session', () => {
  async function withEnded() {
    const stage = await setAuthStageWithFacade()
    const echo = stage.monolith.handler
    stage.monolith.handler = ending('s1')
    await logout(stage.facade, 's1')
    stage.monolith.handler = echo
    return stage
  }

  it('keeps nobody from signing in or registering', async () => {
    const { facade } = await withEnded()
    for (const path of ['login', 'register']) {
      const init = { method: 'POST', body: '{"username":"ann"}', headers: bearer('s1') }
      expect((await fetch(`${facade.main}/api/auth/${path}`, init)).status).toBe(200)
    }
  })

  it('opens no socket: the page is told to sign in again', async () => {
    const { facade, monolith } = await withEnded()
    const before = monolith.requests
    const socket = new WebSocket(`${facade.main.replace('http', 'ws')}/ws`, { headers: bearer('s1') })
    expect((await once(socket, 'close'))[0]).toBe(CLOSE.signInAgain)
    expect(monolith.requests).toBe(before)
  })

  it('has no open socket either', async () => {
    const { facade, monolith } = await setAuthStageWithFacade()
    const server = new WebSocketServer({ server: monolith.server })
    onTestFinished(() => server.close())
    const open = async (sid: string) => {
      const socket = new WebSocket(`${facade.main.replace('http', 'ws')}/ws`, { headers: bearer(sid) })
      onTestFinished(() => socket.terminate())
      await once(socket, 'open')
      return socket
    }
    const [ended, other] = await Promise.all([open('s1'), open('s2')])
    monolith.handler = ending('s1')
    const closed = once(ended, 'close')
    expect((await logout(facade, 's1')).status).toBe(204)
    expect((await closed)[0]).toBe(CLOSE.signInAgain)
    expect(other.readyState).toBe(WebSocket.OPEN)
  })

  it('cannot hide behind a Connection header that keeps a good one from the side', async () => {
    const { facade, monolith } = await withEnded()
    const before = monolith.requests

    const asked = request(`${facade.main}/api/auth/me`, {
      headers: {
        ...bearer('s2'),
        connection: 'close, authorization',
        cookie: `emotibot_session=${tokenOf('ann', 's1')}`,
      },
    }).end()
    const [answer] = await once(asked, 'response')
    answer.resume()
    expect(answer.statusCode).toBe(401)
    expect(monolith.requests).toBe(before)
  })
})

describe('the deletion of an account', () => {
  const remove = (facade: Facade) =>
    fetch(`${facade.main}/api/auth/me`, { method: 'DELETE', headers: bearer('s1') })

  /** What a side was asked about a position, each time it was asked. */
  function answerApplied(side: Side, respond: RequestListener): string[] {
    const asked: string[] = []
    const before = side.handler
    side.handler = (request, response) => {
      if (request.url !== INTERNAL_PATHS.applied) return before(request, response)
      asked.push(String(request.headers['emotibot-position']))
      respond(request, response)
    }
    return asked
  }

  const applied: RequestListener = (_request, response) => void response.writeHead(204).end()

  async function deleting() {
    const stage = await setAuthStageWithFacade()
    stage.monolith.handler = ending('s1')
    return stage
  }

  it('is answered once every other side has applied it', async () => {
    const { facade, monolith, auth, emotion } = await deleting()
    let left = 2
    const asked = answerApplied(auth, (request, response) => {
      left -= 1
      if (left >= 0) behind(request, response)
      else applied(request, response)
    })
    const askedEmotion = answerApplied(emotion, applied)
    const askedMonolith = answerApplied(monolith, applied)
    expect((await remove(facade)).status).toBe(204)
    expect(asked).toEqual([SEEN, SEEN, SEEN])
    expect([askedEmotion, askedMonolith]).toEqual([[SEEN], []])
    expect((await me(facade, 's1')).status).toBe(401)
  })

  it('that a service carried out comes to the other services by the monolith, and is waited for there', async () => {
    const { facade, monolith, auth, emotion, place } = await setAuthStageWithFacade()
    await place(AUTH_ROUTES, ON_SERVICE)
    auth.handler = ending('s1')
    const askedAuth = answerApplied(auth, applied)
    const askedMonolith = answerApplied(
      monolith,
      (_request, response) => void response.writeHead(204, { 'emotibot-position': 'ffffffffff.7' }).end(),
    )
    const askedEmotion = answerApplied(emotion, applied)
    expect((await remove(facade)).status).toBe(204)
    expect([askedAuth, askedMonolith, askedEmotion]).toEqual([[], [SEEN], [`${SEEN}~ffffffffff.7`]])
  })

  it('that a service carried out is waited for at the others also while the monolith is away', async () => {
    const { facade, monolith, auth, emotion, place } = await setAuthStageWithFacade()
    await place(AUTH_ROUTES, ON_SERVICE)
    auth.handler = ending('s1')
    await monolith.kill()
    const askedEmotion = answerApplied(emotion, applied)
    expect((await remove(facade)).status).toBe(204)
    expect(askedEmotion).toEqual([SEEN])
  })

  it('does not wait for a side that is down, and not long for one that stays behind or says nothing', async () => {
    const { facade, auth, emotion } = await deleting()
    await emotion.kill()
    answerApplied(auth, (request, response) => void setTimeout(() => behind(request, response), 200))
    expect((await remove(facade)).status).toBe(204)
    answerApplied(auth, () => undefined)
    expect((await remove(facade)).status).toBe(401)
  })

  it('that its side refuses asks nobody to have applied it', async () => {
    const { facade, monolith, auth } = await setAuthStageWithFacade()
    monolith.handler = (_request, response) => void response.writeHead(401).end()
    const asked = answerApplied(auth, applied)
    expect((await remove(facade)).status).toBe(401)
    expect(asked).toEqual([])
  })
})

it('a client that leaves while its sessions are being revoked has them revoked', async () => {
  const { facade, monolith } = await setAuthStageWithFacade()
  const echo = monolith.handler
  monolith.handler = ending('s1')
  const leaver = new AbortController()
  const left = fetch(`${facade.main}/api/auth/logout`, {
    method: 'POST',
    headers: bearer('s1'),
    signal: leaver.signal,
  }).catch(() => 'left')
  await vi.waitFor(() => expect(monolith.requests).toBe(1), { interval: 1 })
  leaver.abort()
  await left
  monolith.handler = echo
  await vi.waitFor(async () => expect((await me(facade, 's1')).status).toBe(401))
})
