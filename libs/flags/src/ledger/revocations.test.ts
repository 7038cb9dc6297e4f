import { openPostgres, type Sql } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { acknowledge } from './replicas.ts'
import { REVOCATIONS_CHANNEL } from './revocation-steps.ts'
import {
  countUnaware,
  forgetOldRevocations,
  hasRevocation,
  markRevocationsSeen,
  REVOCATION_LEASE_MS,
  REVOCATIONS_LIVE_MS,
  readRevocations,
  revokeSessions,
} from './revocations.ts'
import { ledgerSteps } from './schema.ts'

let sql: Sql
let other: Sql

beforeEach(async () => {
  const database = await createTestDatabase({ steps: ledgerSteps })
  sql = openPostgres(database.url, { applicationName: 'test' })
  other = openPostgres(database.url, { applicationName: 'other' })
  return async () => {
    await Promise.all([sql.end({ timeout: 1 }), other.end({ timeout: 1 })])
    await database.drop()
  }
})

const sidsAfter = async (after: number, limit = 100) =>
  (await readRevocations(sql, { after, limit })).map(({ sid }) => sid)

describe('the list of ended sessions', () => {
  it('is read on from where one stopped, in pages, oldest first', async () => {
    await revokeSessions(sql, ['a'])
    const reached = await revokeSessions(sql, ['b'])
    const last = await revokeSessions(sql, ['c', 'd'])
    expect(await sidsAfter(0, 2)).toEqual(['a', 'b'])
    expect((await sidsAfter(reached)).toSorted()).toEqual(['c', 'd'])
    expect(await sidsAfter(last)).toEqual([])
    expect(await hasRevocation(sql, { seq: reached, sid: 'b' })).toBe(true)
    expect(await hasRevocation(sql, { seq: reached, sid: 'c' })).toBe(false)
  })

  it('holds a session once, however often it is told, and answers the place it has', async () => {
    const first = await revokeSessions(sql, ['a', 'a'])
    await revokeSessions(sql, ['b'])
    expect(await revokeSessions(sql, ['a'])).toBe(first)
    expect(await sidsAfter(0)).toEqual(['a', 'b'])
  })

  it('shows no later entry before an earlier one: a second writer waits for the first to commit', async () => {
    const [mayCommit, isWritten] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow = other.begin(async (tx) => {
      await tx`select revoke_sessions(${['slow']}, interval '1 day')`
      isWritten.resolve()
      await mayCommit.promise
    })
    await isWritten.promise
    const quick = revokeSessions(sql, ['quick'])
    const isBlocked = async () =>
      (await other`select from pg_locks where locktype = 'advisory' and not granted`).length > 0
    await expect.poll(isBlocked).toBe(true)
    expect(await sidsAfter(0)).toEqual([])
    mayCommit.resolve()
    await Promise.all([slow, quick])
    expect(await sidsAfter(0)).toEqual(['slow', 'quick'])
  })

  it('does not wait for whoever changes the ledger', async () => {
    const [mayEnd, isHeld] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const change = other.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(7263548002)`
      isHeld.resolve()
      await mayEnd.promise
    })
    await isHeld.promise
    expect(await revokeSessions(sql, ['a'])).toBeGreaterThan(0)
    mayEnd.resolve()
    await change
  })

  it('tells everybody who listens', async () => {
    const told = Promise.withResolvers<string>()
    await other.listen(REVOCATIONS_CHANNEL, told.resolve)
    const seq = await revokeSessions(sql, ['a'])
    expect(await told.promise).toBe(String(seq))
  })

  it('forgets a session when its every token is past its time', async () => {
    await revokeSessions(sql, ['a', 'b'])
    await sql`update revocations set expires_at = now() - interval '1 second' where sid = 'a'`
    expect(await sidsAfter(0)).toEqual(['b'])
    await forgetOldRevocations(sql)
    expect(await sql`select sid from revocations`).toMatchObject([{ sid: 'b' }])
  })
})

describe('who must hold a revocation', () => {
  it('is every other replica that lately said how far it holds the list', async () => {
    for (const replica of ['me', 'ahead', 'behind', 'reading', 'lost']) await acknowledge(sql, replica, 1)
    const seq = await revokeSessions(sql, ['a'])
    await markRevocationsSeen(sql, 'me', 0)
    await markRevocationsSeen(sql, 'ahead', seq)
    await markRevocationsSeen(sql, 'behind', seq - 1)
    await markRevocationsSeen(sql, 'lost', seq - 1)
    expect(await countUnaware(sql, 'me', seq)).toBe(2)
    await sql`
      update replicas set revocations_at = now() - ${REVOCATIONS_LIVE_MS} * interval '1 millisecond'
      where id = 'lost'`
    expect(await countUnaware(sql, 'me', seq)).toBe(1)
    await markRevocationsSeen(sql, 'behind', seq)
    expect(await countUnaware(sql, 'me', seq)).toBe(0)
  })

  it('is nobody that the ledger does not know', async () => {
    expect(await markRevocationsSeen(sql, 'stranger', 1)).toBe(false)
    expect(await sql`select from replicas`).toHaveLength(0)
  })

  it('is waited for longer than it trusts itself', () => {
    expect(REVOCATIONS_LIVE_MS).toBeGreaterThanOrEqual(1.5 * REVOCATION_LEASE_MS)
  })
})
