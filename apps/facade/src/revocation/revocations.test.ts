import { setTimeout as delay } from 'node:timers/promises'
import { openPostgres } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import { ledgerSteps } from '@emotibot/flags'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openGate } from '../testing/gate.ts'
import { newToken, type Replica, startReplica } from '../testing/replica.ts'
import { type Side, startSide } from '../testing/side.ts'
import { UnjudgedError } from './errors.ts'

async function setUp(names = ['monolith', 'auth']) {
  const database = await createTestDatabase({ steps: ledgerSteps })
  const sides = await Promise.all(names.map((name) => startSide(name)))
  const sql = openPostgres(database.url, { applicationName: 'test' })
  onTestFinished(async () => {
    await sql.end({ timeout: 1 })
    await Promise.all(sides.map((side) => side.kill()))
    await database.drop()
  })
  const [monolith, auth] = sides as [Side, Side]
  return { url: database.url, sql, monolith, auth, start: (url = database.url) => startReplica(url, sides) }
}

const until = (replica: Replica, judgement: string) =>
  vi.waitFor(() => expect(replica.judge('nobody')).toBe(judgement), { timeout: 10_000, interval: 20 })

describe('a session that is revoked', () => {
  it('is revoked at every replica in the moment the promise is kept', async () => {
    const { start } = await setUp()
    const [one, other] = await Promise.all([start(), start()])
    for (let n = 0; n < 20; n++) {
      const { sid } = newToken()
      expect([one.judge(sid), other.judge(sid)]).toEqual(['live', 'live'])
      await one.revoke([sid])
      expect([one.judge(sid), other.judge(sid)]).toEqual(['revoked', 'revoked'])
    }
  })

  it('is told once to whoever holds its sockets, at every replica', async () => {
    const { start } = await setUp()
    const replicas = await Promise.all([start(), start()])
    const told = replicas.map((replica) => {
      const sids: string[] = []
      replica.onRevoked((ended) => sids.push(...ended))
      return sids
    })
    const sids = Array.from({ length: 50 }, () => newToken().sid)
    await replicas[0]?.revoke(sids)
    for (const heard of told) expect(heard.toSorted()).toEqual(sids.toSorted())
  })

  it('shares its place in the list with all that are revoked at the same time', async () => {
    const { start, sql } = await setUp()
    const one = await start()
    const sids = Array.from({ length: 500 }, () => newToken().sid)
    await Promise.all(sids.map((sid) => one.revoke([sid])))
    const transactions = await sql`select distinct xmin::text from revocations`
    expect(await sql`select from revocations`).toHaveLength(500)
    expect(transactions.length).toBeLessThan(10)
  })

  it('is one of a great many, and the next does not wait for ever', { timeout: 30_000 }, async () => {
    const { start } = await setUp()
    const [one, other] = await Promise.all([start(), start()])
    const sids = Array.from({ length: 40_000 }, () => newToken().sid)
    const many = one.revoke(sids).catch(() => undefined)
    await vi.waitFor(() => one.revoke([newToken().sid]), { timeout: 20_000 })
    await many
    await vi.waitFor(() => expect(sids.filter((sid) => other.judge(sid) !== 'revoked')).toEqual([]))
  })

  it('is known to a replica that starts later, and to one of which every page is read', async () => {
    const { start, sql } = await setUp()
    await sql`
      select revoke_sessions(array_agg('old-' || n), interval '1 day') from generate_series(1, 25000) n`
    const late = await start()
    expect(late.judge('old-1')).toBe('revoked')
    expect(late.judge('old-25000')).toBe('revoked')
    expect(late.judge('new')).toBe('live')
  })

  it('stays revoked however old the list is', async () => {
    const { start, url } = await setUp()
    const { gate, url: throughGate } = await openGate(url)
    const one = await start(throughGate)
    const { sid } = newToken()
    await one.revoke([sid])
    await gate.cut()
    await until(one, 'unknown')
    expect(one.judge(sid)).toBe('revoked')
  })
})

describe('a replica that cannot read the list', () => {
  it('does not know of what it does not hold, before anybody stops waiting for it', async () => {
    const { start, url } = await setUp()
    const { gate, url: throughGate } = await openGate(url)
    const [one, cutOff] = await Promise.all([start(), start(throughGate)])
    await gate.cut()
    for (let n = 0; n < 30; n++) {
      const { sid } = newToken()
      await one.revoke([sid])
      expect(one.judge(sid)).toBe('revoked')
      expect(cutOff.judge(sid)).not.toBe('live')
      await delay(20)
    }
    await gate.mend()
    await until(cutOff, 'live')
    const { sid } = newToken()
    await one.revoke([sid])
    expect(cutOff.judge(sid)).toBe('revoked')
  })

  it('is waited for while it may still call its list current', async () => {
    const { start, url } = await setUp()
    const { gate, url: throughGate } = await openGate(url)
    const [one, cutOff] = await Promise.all([start(), start(throughGate)])
    await gate.cut()
    const { sid } = newToken()
    let isKept = false
    const kept = one.revoke([sid]).then(() => {
      isKept = true
    })
    while (cutOff.judge(sid) === 'live') {
      expect(isKept).toBe(false)
      await delay(5)
    }
    expect(cutOff.judge(sid)).toBe('unknown')
    await kept
  })

  it('learns all it missed before it calls its list current again', async () => {
    const { start, url } = await setUp()
    const { gate, url: throughGate } = await openGate(url)
    const [one, cutOff] = await Promise.all([start(), start(throughGate)])
    await gate.cut()
    await until(cutOff, 'unknown')
    const sids = Array.from({ length: 200 }, () => newToken().sid)
    await one.revoke(sids)
    await gate.mend()
    await vi.waitFor(() => expect(sids.map(cutOff.judge)).not.toContain('unknown'), {
      timeout: 10_000,
      interval: 1,
    })
    expect(new Set(sids.map(cutOff.judge))).toEqual(new Set(['revoked']))
  })

  it('starts without a list, and is not waited for', async () => {
    const { start, url } = await setUp()
    const { gate, url: throughGate } = await openGate(url)
    await gate.cut()
    const [one, alone] = await Promise.all([start(), start(throughGate)])
    expect(alone.judge('anybody')).toBe('unknown')
    await one.revoke([newToken().sid])
    expect(alone.judge('anybody')).toBe('unknown')
  })

  it('reads a list from its beginning that is not the one it has read', async () => {
    const { start, url, sql } = await setUp()
    const { gate, url: throughGate } = await openGate(url)
    const one = await start(throughGate)
    await one.revoke([newToken().sid, newToken().sid, newToken().sid])
    await gate.cut()
    await sql`truncate revocations restart identity`
    for (const sid of ['restored', 'a', 'b', 'c', 'd'])
      await sql`select revoke_sessions(${[sid]}, interval '1 day')`
    await gate.mend()
    await vi.waitFor(() => expect(one.judge('restored')).toBe('revoked'), { timeout: 10_000 })
  })
})

describe('a ledger that is away', () => {
  it('lets nobody call a session revoked for good, and holds it here all the same', async () => {
    const { start, url } = await setUp()
    const { gate, url: throughGate } = await openGate(url)
    const one = await start(throughGate)
    await gate.cut()
    const { sid } = newToken()
    await expect(one.revoke([sid])).rejects.toThrow()
    expect(one.judge(sid)).toBe('revoked')
  })

  it('is told what it missed when it is back', async () => {
    const { start, url } = await setUp()
    const { gate, url: throughGate } = await openGate(url)
    const [one, other] = await Promise.all([start(throughGate), start()])
    await gate.cut()
    const { sid } = newToken()
    await expect(one.revoke([sid])).rejects.toThrow()
    await gate.mend()
    await vi.waitFor(() => expect(other.judge(sid)).toBe('revoked'), { timeout: 10_000 })
  })

  it('is waited for no longer than a bound, and too much is not kept for it', async () => {
    const { start, url } = await setUp()
    const { gate, url: throughGate } = await openGate(url)
    const one = await start(throughGate)
    await gate.cut()
    const many = (from: number) => Array.from({ length: 150_000 }, (_, n) => `s${from + n}`)
    await expect(one.revoke(many(0))).rejects.toThrow()
    await expect(one.revoke(many(150_000))).rejects.toThrow('Too many ended sessions')
  })
})

describe('asking the stores', () => {
  it('believes the owner, and asks anew for every request', async () => {
    const { start, monolith, auth } = await setUp()
    const one = await start()
    const { token } = newToken()
    let isLive = true
    monolith.sessionOf = () => ({ state: 'live', is_owner: false })
    auth.sessionOf = () => ({ state: isLive ? 'live' : 'ended', is_owner: true })
    expect(await Promise.all([one.check(token), one.check(token), one.check(token)])).toEqual(
      Array(3).fill('live'),
    )
    isLive = false
    expect(await one.check(token)).toBe('revoked')
  })

  it('remembers an end that a store has told, and tells it to whoever holds sockets', async () => {
    const { start, monolith } = await setUp()
    const one = await start()
    const { token, sid } = newToken()
    const told: string[] = []
    one.onRevoked((sids) => told.push(...sids))
    monolith.sessionOf = () => ({ state: 'ended', is_owner: true })
    expect(await one.check(token)).toBe('revoked')
    expect(one.judge(sid)).toBe('revoked')
    expect(told).toEqual([sid])
  })

  it('needs the owner only: the other side may be down', async () => {
    const { start, monolith, auth } = await setUp()
    const one = await start()
    monolith.sessionOf = () => ({ state: 'live', is_owner: true })
    await auth.kill()
    expect(await one.check(newToken().token)).toBe('live')
  })

  it('does not guess while the owner is down', async () => {
    const { start, monolith, auth } = await setUp()
    const one = await start()
    monolith.sessionOf = () => ({ state: 'live', is_owner: false })
    await auth.kill()
    await expect(one.check(newToken().token)).rejects.toBeInstanceOf(UnjudgedError)
  })

  it('waits for an owner in the middle of a flip', async () => {
    const { start, monolith, auth } = await setUp()
    const one = await start()
    let asked = 0
    monolith.sessionOf = () => ({ state: 'live', is_owner: false })
    auth.sessionOf = () => {
      asked += 1
      return { state: 'live', is_owner: asked > 3 }
    }
    expect(await one.check(newToken().token)).toBe('live')
    expect(asked).toBe(4)
  })

  it('asks nobody about what no verifier would take', async () => {
    const { start, monolith, auth } = await setUp()
    const one = await start()
    await Promise.all([monolith.kill(), auth.kill()])
    for (const token of ['', 'x', 'a.b', 'a.b.c d', 'a.b.c\r\nx: y'])
      expect(await one.check(token)).toBe('revoked')
  })
})

it('is judged at no more cost among many revoked sessions than among few', async () => {
  const { start } = await setUp()
  const few = await start()
  const many = await start()
  const sids = Array.from({ length: 10_000 }, () => newToken().sid)
  const cost = (replica: Replica) => {
    const startedAt = performance.now()
    for (let n = 0; n < 10; n++) for (const sid of sids) replica.judge(`not ${sid}`)
    return performance.now() - startedAt
  }
  const best = (replica: Replica) => Math.min(...Array.from({ length: 9 }, () => cost(replica)))
  const before = best(few)
  await many.revoke(sids)
  const after = best(many)
  expect(after / before).toBeLessThan(5)
})
