import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import type { WriteScope } from './store.ts'
import { notes, openNotesForFile, plain } from './testing/note-store.ts'

const { database, store } = await openNotesForFile()

const shared: WriteScope = { group: 'conversation', partition: 'ann' }
const alone: WriteScope = { ...shared, lock: 'alone' }
const busyFor = (cause: object) => ({ code: 'BUSY', headers: { 'retry-after': '1' }, cause })

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
      await tx.insert(notes).values({ id: 'lost' })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await store.read((db) => db.select().from(notes))).toEqual([])
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
      await expect.poll(database.countWaiting, { timeout: 10_000 }).toBe(1)
      expect(isIn).toBe(false)
      first.release()
      await Promise.all([first.done, second])
      expect(isIn).toBe(true)
    }
  })

  it('sees what was committed while it waited for the lock', async () => {
    const first = await openWrite(alone)
    const second = store.write(alone, (tx) => tx.select().from(plain))
    await expect.poll(database.countWaiting, { timeout: 10_000 }).toBe(1)
    await database.sql`insert into plain values ('seen')`
    first.release()
    expect((await second).value).toMatchObject([{ id: 'seen' }])
  })

  it('waits for the one before it in its turn and sees what that did, and for no other', async () => {
    const entered = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const first = store.write({ ...shared, turn: 'a' }, async (tx) => {
      await tx.insert(notes).values({ id: 'turned' })
      entered.resolve()
      await release.promise
    })
    await entered.promise
    const second = store.write({ ...shared, turn: 'a' }, (tx) => tx.select().from(notes))
    await expect.poll(database.countWaiting, { timeout: 10_000 }).toBe(1)
    expect((await store.write({ ...shared, turn: 'b' }, (tx) => tx.select().from(notes))).value).toEqual([])
    release.resolve()
    expect((await second).value).toMatchObject([{ id: 'turned' }])
    await first
  })

  it('does not wait for another group', async () => {
    const first = await openWrite(alone)
    await store.write({ group: 'emotion', partition: 'ann', lock: 'alone' }, async () => undefined)
    first.release()
    await first.done
  })

  it('waits two seconds for the lock, then is BUSY', async () => {
    const first = await openWrite(alone)
    await expect(store.write(shared, async () => undefined)).rejects.toMatchObject(busyFor({ code: '55P03' }))
    first.release()
    await first.done
  })

  it('with a statement that takes too long is BUSY, and its transaction is gone', async () => {
    const slow = store.write(shared, (tx) => tx.execute(sql`select pg_sleep(10)`))
    await expect(slow).rejects.toMatchObject(busyFor({ cause: { code: '57014' } }))
    const inTransaction = () => database.sql`
      select 1 from pg_stat_activity
      where application_name = 'service-store-test' and datname = current_database() and xact_start is not null`
    await expect.poll(inTransaction, { timeout: 10_000 }).toEqual([])
  })
})

describe('an error', () => {
  it('of ours stays an error, not BUSY', async () => {
    const wrong = store.read((db) => db.select({ x: sql`no_such_column` }).from(notes))
    await expect(wrong).rejects.not.toMatchObject({ code: 'BUSY' })
  })
})
