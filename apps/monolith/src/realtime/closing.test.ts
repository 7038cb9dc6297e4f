import type { FrameOut } from '@emotibot/contracts'
import { ApiError, type VerifyToken } from '@emotibot/service-kit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { created, settle, startRealtime, turn } from './testing-server.ts'

async function start(...options: Parameters<typeof startRealtime>) {
  const realtime = await startRealtime(...options)
  onTestFinished(() => realtime.close())
  return realtime
}

describe('why a socket is closed', () => {
  test('a session that ends takes its own sockets along, and no others', async () => {
    const { open, hub } = await start()
    const [ending, staying] = [await open({ token: 'anna~s1' }), await open({ token: 'anna~s2' })]
    hub.closeSession('s1', 4001)
    expect(await ending.closed).toBe(4001)
    await settle(staying)
  })

  test('a user can be closed whole', async () => {
    const { open, hub } = await start()
    const [first, second, other] = [
      await open({ token: 'anna~s1' }),
      await open({ token: 'anna~s2' }),
      await open({ token: 'ben~s3' }),
    ]
    hub.closeUser('id-of-anna', 4001)
    expect(await Promise.all([first.closed, second.closed])).toEqual([4001, 4001])
    await settle(other)
  })

  test('a session that ends between the check and the join is caught', async () => {
    const endedSessions = new Set<string>()
    const verify: VerifyToken = async () => {
      if (endedSessions.has('s1')) throw new ApiError('UNAUTHENTICATED', 'Sign in again.')
      endedSessions.add('s1')
      return { sub: 'id-of-anna', username: 'anna', email: 'a@b', sid: 's1', iat: 0, exp: 4_000_000_000 }
    }
    const { open } = await start({ verify })
    expect(await (await open({ token: 'anna~s1' })).closed).toBe(4001)
  })

  test('a token that runs out closes with 4012, to come back with a newer one', async () => {
    const { open } = await start({ lifetimeMs: 50 })
    expect(await (await open({ token: 'anna~s1' })).closed).toBe(4012)
  })

  test('too many frames close with 4009', async () => {
    const { open } = await start({ limits: { framesAtOnce: 5, framesPerSecond: 0 } })
    const page = await open()
    for (let count = 0; count < 6; count++) page.send({ type: 'typing' })
    expect(await page.closed).toBe(4009)
  })

  test('too many pings close with 4009', async () => {
    const { open } = await start({ limits: { framesAtOnce: 5, framesPerSecond: 0 } })
    const page = await open()
    for (let count = 0; count < 6; count++) page.socket.ping()
    expect(await page.closed).toBe(4009)
  })

  test('a user over the limit of sockets gets 4009, and a place when one leaves', async () => {
    const { open } = await start({ limits: { perUser: 1 } })
    const first = await open({ token: 'anna~s1' })
    expect(await (await open({ token: 'anna~s1' })).closed).toBe(4009)
    const other = await open({ token: 'ben~s2' })
    await other.next('ready')
    first.socket.close()
    await first.closed
    const again = await open({ token: 'anna~s1' })
    await again.next('ready')
  })

  test('guests of one address and all sockets together are bounded', async () => {
    const guests = await start({ limits: { perGuestAddress: 1 } })
    await (await guests.open()).next('ready')
    expect(await (await guests.open()).closed).toBe(4009)
    const all = await start({ limits: { total: 1 } })
    await (await all.open({ token: 'anna~s1' })).next('ready')
    expect(await (await all.open({ token: 'ben~s2' })).closed).toBe(4009)
  })

  test('a reader that is too slow is closed, and the other tab hears on', async () => {
    const { open, hub } = await start({ limits: { unreadBytes: 256 * 1024, closeGraceMs: 500 } })
    const [slow, quick] = [await open({ token: 'anna~s1' }), await open({ token: 'anna~s1' })]
    slow.socket.pause()
    const large: FrameOut = { ...created, turn: { ...turn, user_message: 'x'.repeat(100_000) } }
    for (let count = 0; count < 200; count++) {
      hub.publish('id-of-anna', large)
      await quick.next('turn.created')
    }
    slow.socket.resume()
    expect([4008, 1006]).toContain(await slow.closed)
    expect(slow.frames.length).toBeLessThan(200)
    await settle(quick)
  })

  test('a slow reader that catches up in time reads 4008', async () => {
    const { open, hub } = await start({ limits: { unreadBytes: -1 } })
    const page = await open({ token: 'anna~s1' })
    hub.publish('id-of-anna', created)
    expect(await page.closed).toBe(4008)
  })

  test('a peer that answers no ping is cut', async () => {
    const { open } = await start({ limits: { heartbeatMs: 30 } })
    const [dead, alive] = [await open({ client: { autoPong: false } }), await open()]
    expect(await dead.closed).toBe(1006)
    await settle(alive)
  })

  test('a server that shuts down sends pages elsewhere with 4012, and waits for no dead one', async () => {
    const realtime = await startRealtime({ limits: { closeGraceMs: 100 } })
    const [page, dead] = [await realtime.open({ token: 'anna~s1' }), await realtime.open()]
    dead.socket.pause()
    await realtime.close()
    expect(await page.closed).toBe(4012)
    dead.socket.terminate()
  })
})
