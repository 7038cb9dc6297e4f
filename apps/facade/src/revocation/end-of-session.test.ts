// Log outs as users see them: two facades over one ledger, sessions on the auth service, conversations on the monolith,
// whose store hears of no log out, as while the mover is down.
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { CLOSE, SESSION_COOKIE } from '@emotibot/contracts'
import { REVOCATION_LEASE_MS } from '@emotibot/flags'
import { describe, expect, it, vi } from 'vitest'
import type { WebSocket } from 'ws'
import { statusOf as answerStatus, RawConnection } from '../testing/raw.ts'
import { bearer, type Door, setSessionStage } from '../testing/session-stage.ts'

const codeOfClose = async (socket: WebSocket) => ((await once(socket, 'close')) as [number])[0]

/** Until the facade cannot know by itself: it asks the stores, which the sides count. */
const untilOutOfDate = () => delay(REVOCATION_LEASE_MS + 200)

describe('a log out', () => {
  it('holds at every facade in the moment it is answered, on a side that has not heard of it', async () => {
    const { startDoor, signIn } = await setSessionStage()
    const [one, other] = await Promise.all([startDoor(), startDoor()])
    for (let n = 0; n < 10; n++) {
      const { token } = signIn()
      expect([await one.list(token), await other.list(token)]).toEqual([200, 200])
      expect(await one.logout(token)).toBe(204)
      expect([await other.list(token), await one.list(token)]).toEqual([401, 401])
    }
  })

  it('everywhere ends fifty sessions and their sockets at both facades', async () => {
    const { startDoor, signIn, auth } = await setSessionStage()
    const doors = await Promise.all([startDoor(), startDoor()])
    const sessions = Array.from({ length: 50 }, () => signIn())
    const doorOf = (n: number) => doors[n % 2] as Door
    const sockets = await Promise.all(sessions.map(({ token }, n) => doorOf(n).openSocket(token)))
    const closed = Promise.all(sockets.map(codeOfClose))
    expect(await doorOf(0).logout(sessions[0]?.token ?? '', '/api/auth/logout-all')).toBe(204)
    const statuses = await Promise.all(sessions.flatMap(({ token }) => doors.map((door) => door.list(token))))
    expect(new Set(statuses)).toEqual(new Set([401]))
    expect(new Set(await closed)).toEqual(new Set([CLOSE.signInAgain]))
    expect(auth.sids.size).toBe(0)
  })

  it('everywhere ends more sessions than fit into the headers of most answers', async () => {
    const { startDoor, signIn } = await setSessionStage()
    const one = await startDoor()
    const sessions = Array.from({ length: 3_000 }, () => signIn())
    expect(await one.logout(sessions[0]?.token ?? '', '/api/auth/logout-all')).toBe(204)
    expect(await one.list(sessions.at(-1)?.token ?? '')).toBe(401)
  })

  it('leaves nothing that renews itself: a cookie past its time gets no new token', async () => {
    const { startDoor, signIn } = await setSessionStage()
    const [one, other] = await Promise.all([startDoor(), startDoor()])
    const { token } = signIn()
    const cookie = { cookie: `${SESSION_COOKIE}=${token}` }
    const before = await other.ask('GET', '/api/conversations', cookie)
    expect(before.headers.getSetCookie()).toContain(`${SESSION_COOKIE}=renewed`)
    expect(await one.logout(token)).toBe(204)
    const after = await other.ask('GET', '/api/conversations', cookie)
    expect(after.status).toBe(401)
    expect(after.headers.getSetCookie().join()).not.toContain('renewed')
  })

  it('stops a request of its session whose body was still coming', async () => {
    const { startDoor, signIn, monolith } = await setSessionStage()
    const one = await startDoor()
    const { token } = signIn()
    const slow = await RawConnection.open(one.url)
    const head = `POST /api/conversations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n`
    slow.send(`${head}Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{`)
    // It has been let in, and has not been sent on, when the next on another connection is answered.
    expect(await one.list(token)).toBe(200)
    const askedBefore = monolith.side.requests
    expect(await one.logout(token)).toBe(204)
    slow.send('}')
    expect(answerStatus(await slow.closed())).toBe(401)
    expect(monolith.side.requests).toBe(askedBefore)
  })

  it('keeps what it ended from its client', async () => {
    const { startDoor, signIn } = await setSessionStage()
    const one = await startDoor()
    const answer = await one.ask('POST', '/api/auth/logout', bearer(signIn().token))
    expect([...answer.headers.keys()].filter((name) => name.startsWith('emotibot-rev'))).toEqual([])
  })
})

describe('a facade whose ledger connection is cut', () => {
  it('passes no revoked token, and signs nobody out', { timeout: 60_000 }, async () => {
    const { startDoor, signIn, gate } = await setSessionStage()
    const [one, cutOff] = await Promise.all([startDoor(), startDoor({ isBehindGate: true })])
    const staying = signIn('bob')
    await gate.cut()
    for (let n = 0; n < 12; n++) {
      const { token } = signIn()
      expect(await one.logout(token)).toBe(204)
      expect([await cutOff.list(token), await one.list(token)]).toEqual([401, 401])
      expect(await cutOff.list(staying.token)).toBe(200)
    }
    await gate.mend()
  })
})

describe('open sockets at a facade that cannot read the list', () => {
  it('end soon after their session, and go on with it', { timeout: 30_000 }, async () => {
    const { startDoor, signIn, gate } = await setSessionStage()
    const [one, cutOff] = await Promise.all([startDoor(), startDoor({ isBehindGate: true })])
    const [ended, staying] = [signIn(), signIn('bob')]
    const [ending, going] = await Promise.all([
      cutOff.openSocket(ended.token),
      cutOff.openSocket(staying.token),
    ])
    await gate.cut()
    const closed = codeOfClose(ending)
    expect(await one.logout(ended.token)).toBe(204)
    expect(await closed).toBe(CLOSE.signInAgain)
    expect(going.readyState).toBe(going.OPEN)
  })

  it('are left alone while no store can say anything of them', { timeout: 30_000 }, async () => {
    const { startDoor, signIn, gate, auth } = await setSessionStage()
    const cutOff = await startDoor({ isBehindGate: true })
    const { token, sid } = signIn()
    const socket = await cutOff.openSocket(token)
    await gate.cut()
    await auth.side.kill()
    await untilOutOfDate()
    await delay(1_500)
    expect(socket.readyState).toBe(socket.OPEN)
    auth.sids.delete(sid)
    const closed = codeOfClose(socket)
    await auth.side.revive()
    expect(await closed).toBe(CLOSE.signInAgain)
  })
})

describe('a ledger that is down', () => {
  it('lets signed-in users go on, refuses log outs, and lets nothing back in', {
    timeout: 60_000,
  }, async () => {
    const { startDoor, signIn, gate } = await setSessionStage()
    const behind = { isBehindGate: true }
    const [one, other] = await Promise.all([startDoor(behind), startDoor(behind)])
    const [ended, leaving, staying] = [signIn(), signIn(), signIn('bob')]
    expect(await one.logout(ended.token)).toBe(204)
    await gate.cut()
    await untilOutOfDate()
    expect([await one.list(staying.token), await other.list(staying.token)]).toEqual([200, 200])
    expect(await other.list(ended.token)).toBe(401)
    expect(await one.logout(leaving.token)).toBe(503)
    expect([await one.list(leaving.token), await other.list(leaving.token)]).toEqual([401, 401])
    await gate.mend()
    await vi.waitFor(async () => expect(await one.logout(signIn().token)).toBe(204), { timeout: 10_000 })
  })

  it('and an owner that is down as well leave nothing to go by: 503, neither in nor out', async () => {
    const { startDoor, signIn, gate, auth } = await setSessionStage()
    const one = await startDoor({ isBehindGate: true })
    const { token } = signIn()
    await gate.cut()
    await auth.side.kill()
    await untilOutOfDate()
    expect(await one.list(token)).toBe(503)
    await auth.side.revive()
    await vi.waitFor(async () => expect(await one.list(token)).toBe(200))
  })

  it('keeps no facade from starting, which then asks for each session', async () => {
    const { startDoor, signIn, gate } = await setSessionStage()
    const before = await startDoor({ isBehindGate: true })
    const [ended, staying] = [signIn(), signIn()]
    expect(await before.logout(ended.token)).toBe(204)
    await gate.cut()
    const late = await startDoor({ isBehindGate: true })
    await vi.waitFor(async () => expect(await late.list(staying.token)).toBe(200))
    expect(await late.list(ended.token)).toBe(401)
  })
})

describe('a facade in trouble', () => {
  it('that is frozen for long does not let a revoked token in when it goes on', {
    timeout: 60_000,
  }, async () => {
    const { startDoor, startProcess, signIn } = await setSessionStage()
    const [one, frozen] = await Promise.all([startDoor(), startProcess()])
    const [ended, staying] = [signIn(), signIn('bob')]
    expect([await frozen.door.list(ended.token), await frozen.door.list(staying.token)]).toEqual([200, 200])
    frozen.child.kill('SIGSTOP')
    expect(await one.logout(ended.token)).toBe(204)
    const answers = Promise.all([frozen.door.list(ended.token), frozen.door.list(staying.token)])
    await delay(200)
    frozen.child.kill('SIGCONT')
    expect(await answers).toEqual([401, 200])
  })

  it('that is killed delays a log out elsewhere, and does not fail it', { timeout: 30_000 }, async () => {
    const { startDoor, startProcess, signIn } = await setSessionStage()
    const [one, killed] = await Promise.all([startDoor(), startProcess()])
    killed.child.kill('SIGKILL')
    const { token } = signIn()
    expect(await one.logout(token)).toBe(204)
    expect(await one.list(token)).toBe(401)
  })

  it('that is killed before the list has it has answered nothing, and the owner knows all the same', {
    timeout: 30_000,
  }, async () => {
    const { startDoor, startProcess, signIn, auth } = await setSessionStage()
    const [one, killed] = await Promise.all([startDoor(), startProcess()])
    const { token, sid } = signIn()
    auth.onCommitted = async () => {
      auth.onCommitted = async () => undefined
      const gone = once(killed.child, 'exit')
      killed.child.kill('SIGKILL')
      await gone
    }
    await expect(killed.door.logout(token)).rejects.toThrow()
    expect(auth.sids.has(sid)).toBe(false)
    expect(await one.ask('GET', '/api/auth/me', bearer(token))).toMatchObject({ status: 401 })
  })
})
