import { openPostgres, type Sql } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sessions, signingKeys } from '../schema.ts'
import { lookInto, ownerSteps, type TestStore } from '../testing/start-auth.ts'
import { createStore, type Store, type WriteScope } from './store.ts'

let database: TestStore
let client: Sql
let store: Store
beforeAll(async () => {
  database = lookInto(await createTestDatabase({ steps: ownerSteps }))
  client = openPostgres(database.url, { applicationName: 'store-test' })
  store = createStore(client)
})
afterAll(async () => {
  await client.end({ timeout: 5 })
  await database.drop()
})

const shared: WriteScope = { group: 'auth', partition: 'ann' }
const alone: WriteScope = { ...shared, lock: 'alone' }
const session = (id: string) => ({ id, userId: 'u', createdAtMs: 1, expiresAtMs: 2 })
const busyFor = (sqlState: string) => ({
  code: 'BUSY',
  headers: { 'retry-after': '1' },
  cause: { cause: { code: sqlState } },
})

/** How many of this database wait for a lock. */
async function waiting(): Promise<number> {
  const rows = await database.sql`
    select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`
  return rows.length
}

/** A write that is inside its transaction until it is let go. */
async function openWrite(scope: WriteScope) {
  const entered = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const done = store.write(scope, async () => {
    entered.resolve()
    await release.promise
  })
  await entered.promise
  return { done, release: release.resolve }
}

describe('a write', () => {
  it('leaves nothing behind when its effect throws', async () => {
    const failing = store.write(shared, async (tx) => {
      await tx.insert(sessions).values(session('lost'))
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await store.read((db) => db.select().from(sessions))).toEqual([])
  })

  it('goes on beside others of its group', async () => {
    const first = await openWrite(shared)
    await store.write(shared, async () => undefined)
    first.release()
    await first.done
  })

  it('waits for whoever holds the group alone, and that one for it', async () => {
    for (const [held, comes] of [
      [alone, shared],
      [shared, alone],
      [alone, alone],
    ] as const) {
      const first = await openWrite(held)
      let isIn = false
      const second = store.write(comes, async () => {
        isIn = true
      })
      await expect.poll(waiting, { timeout: 10_000 }).toBe(1)
      expect(isIn).toBe(false)
      first.release()
      await Promise.all([first.done, second])
      expect(isIn).toBe(true)
    }
  })

  it('sees what was committed while it waited for the lock', async () => {
    const first = await openWrite(alone)
    const second = store.write(alone, (tx) => tx.select().from(signingKeys))
    await expect.poll(waiting, { timeout: 10_000 }).toBe(1)
    await database.sql`insert into signing_keys values ('seen', 'x', 'y', 1)`
    first.release()
    expect((await second).value).toMatchObject([{ kid: 'seen' }])
  })

  it('does not wait for another group', async () => {
    const first = await openWrite(alone)
    await store.write({ group: 'auth.claim', partition: 'ann', lock: 'alone' }, async () => undefined)
    first.release()
    await first.done
  })

  it('waits two seconds for the lock, then is BUSY', async () => {
    const first = await openWrite(alone)
    await expect(store.write(shared, async () => undefined)).rejects.toMatchObject(busyFor('55P03'))
    first.release()
    await first.done
  })

  it('with a statement that takes too long is BUSY, and its transaction is gone', async () => {
    const slow = store.write(shared, (tx) => tx.execute(sql`select pg_sleep(10)`))
    await expect(slow).rejects.toMatchObject(busyFor('57014'))
    const inTransaction = () => database.sql`
      select 1 from pg_stat_activity
      where application_name = 'store-test' and datname = current_database() and xact_start is not null`
    await expect.poll(inTransaction, { timeout: 10_000 }).toEqual([])
  })
})

describe('an error', () => {
  it('of ours stays an error, not BUSY', async () => {
    const wrong = store.read((db) => db.select({ x: sql`no_such_column` }).from(sessions))
    await expect(wrong).rejects.not.toMatchObject({ code: 'BUSY' })
  })
})
