import { setImmediate as nextTurn } from 'node:timers/promises'
import { openPostgres, type Sql } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import { acknowledge, countUnaware, ledgerSteps, revokeSessions } from '@emotibot/flags'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { RevocationList, type RevocationListOptions } from './revocation-list.ts'

const REPLICA = 'this-one'
let url: string
/** Whoever else uses the ledger. */
let sql: Sql

beforeEach(async () => {
  const database = await createTestDatabase({ steps: ledgerSteps })
  url = database.url
  sql = openPostgres(url, { applicationName: 'test' })
  return async () => {
    await sql.end({ timeout: 1 })
    await database.drop()
  }
})

/** A list on a connection of its own, without the client that would say that the replica lives. */
async function startList(own: Omit<Partial<RevocationListOptions>, 'ledger'> = {}): Promise<RevocationList> {
  const ours = openPostgres(url, { applicationName: REPLICA })
  const ledger = { replicaId: REPLICA, sqlOrThrow: ours, onChange: () => () => undefined }
  const list = new RevocationList({
    ledger,
    onHeld: () => undefined,
    onStanding: () => undefined,
    ...own,
  })
  onTestFinished(async () => {
    await list.close()
    await ours.end({ timeout: 1 })
  })
  await list.start()
  return list
}

describe('a list', () => {
  it('is not current before the ledger knows whose it is, for nobody would wait for it', async () => {
    const list = await startList()
    await revokeSessions(sql, ['a'])
    await vi.waitFor(() => expect(list.judge('a')).toBe('revoked'))
    expect(list.judge('other')).toBe('unknown')
    await acknowledge(sql, REPLICA, 0)
    await vi.waitFor(() => expect(list.judge('other')).toBe('live'), { timeout: 5_000 })
  })

  it('is not current again by what it read before it was known to live', { timeout: 30_000 }, async () => {
    await acknowledge(sql, REPLICA, 0)
    const list = await startList()
    expect(list.judge('ended')).toBe('live')
    const [isLocked, mayUnlock] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const lock = sql.begin(async (tx) => {
      await tx`set local idle_in_transaction_session_timeout = 0`
      await tx`select from replicas where id = ${REPLICA} for update`
      isLocked.resolve()
      await mayUnlock.promise
    })
    await isLocked.promise
    // It cannot say that it lives, and after a while nobody waits for it.
    await vi.waitFor(async () => expect(await countUnaware(sql, 'other', 1)).toBe(0), { timeout: 10_000 })
    const seq = await revokeSessions(sql, ['ended'])
    expect(await countUnaware(sql, 'other', seq)).toBe(0)
    mayUnlock.resolve()
    const seen = new Set<string>()
    while (list.judge('ended') !== 'revoked') {
      seen.add(list.judge('ended'))
      await nextTurn()
    }
    await lock
    expect([...seen]).toEqual(['unknown'])
  })

  it('holds no more than its bound, and then knows that it does not know', async () => {
    await acknowledge(sql, REPLICA, 0)
    await sql`
      select revoke_sessions(array(select 's' || n from generate_series(1, 3000) n), interval '1 day')`
    const list = await startList({ mostHeld: 1_000, pageSize: 300 })
    expect(list.size).toBe(1_000)
    const judged = new Set(Array.from({ length: 3_000 }, (_, n) => list.judge(`s${n + 1}`)))
    expect(judged).toEqual(new Set(['revoked', 'unknown']))
  })

  it('goes on from the page it has when a round breaks off', async () => {
    await acknowledge(sql, REPLICA, 0)
    await sql`
      select revoke_sessions(array(select 's' || n from generate_series(1, 5000) n), interval '1 day')`
    const list = await startList({ pageSize: 10 })
    await vi.waitFor(() => expect(list.isCurrent).toBe(true), { timeout: 10_000 })
    expect(list.size).toBe(5_000)
  })

  it('says when it comes to be current, and why it no longer is', async () => {
    await acknowledge(sql, REPLICA, 0)
    const told: [boolean, unknown][] = []
    await startList({ onStanding: (...standing) => void told.push(standing) })
    expect(told).toEqual([[true, null]])
    await sql`alter table revocations rename to elsewhere`
    await vi.waitFor(() => expect(told).toHaveLength(2), { timeout: 10_000 })
    expect(told[1]).toEqual([
      false,
      expect.objectContaining({ message: expect.stringContaining('revocations') }),
    ])
    await sql`alter table elsewhere rename to revocations`
    await vi.waitFor(() => expect(told).toHaveLength(3), { timeout: 10_000 })
  })

  it('forgets here and in the ledger what is past every token of it', async () => {
    await acknowledge(sql, REPLICA, 0)
    await sql`select revoke_sessions(${['gone']}, interval '-1 second')`
    await sql`select revoke_sessions(${['soon']}, interval '1 second')`
    const list = await startList()
    expect(list.judge('gone')).toBe('live')
    expect(await sql`select sid from revocations`).toMatchObject([{ sid: 'soon' }])
    expect(list.judge('soon')).toBe('revoked')
    await vi.waitFor(() => expect(list.size).toBe(0), { timeout: 5_000 })
  })
})
