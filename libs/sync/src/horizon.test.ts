import { openPostgres } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import { expect, it } from 'vitest'
import { startOf } from './position.ts'
import { openPostgresWrite } from './postgres/open-write.ts'
import { giveToService } from './test/give-to.ts'
import { settle } from './test/settle.ts'
import { createTwoSides, type TwoSides, whilePumping } from './test/two-sides.ts'
import { until } from './test/until.ts'

async function addPerson(sides: TwoSides, id: string): Promise<void> {
  await sides.writeService(id, (tx) => tx`insert into persons values (${id}, ${id}, ${id}, 's')`)
}

async function keysReadable(sides: TwoSides): Promise<string[]> {
  const batch = await sides.service.feed.readBatch(startOf(await sides.service.feed.storeId()), 100)
  return batch.entries.map(({ key }) => key)
}

/** A write that has done its work, and commits when it is told to. */
async function startWrite(sides: TwoSides, id: string): Promise<{ commit(): Promise<void> }> {
  const written = Promise.withResolvers<void>()
  const mayCommit = Promise.withResolvers<void>()
  const done = sides.sql.begin(async (tx) => {
    await openPostgresWrite(tx, { group: 'auth', partition: id })
    await tx`insert into persons values (${id}, ${id}, ${id}, 's')`
    written.resolve()
    await mayCommit.promise
  })
  await written.promise
  return {
    commit: async () => {
      mayCommit.resolve()
      await done
    },
  }
}

it('reads nothing past a transaction that still runs: two that commit out of order are both applied', async () => {
  const sides = await createTwoSides()
  await giveToService(sides, 'everybody')
  const first = await startWrite(sides, 'first')
  await addPerson(sides, 'second')
  expect(await keysReadable(sides)).toEqual([])
  const pump = sides.pump('service')
  await whilePumping([pump], async () => {
    pump.wake()
    await until(() => pump.status().place !== null)
    await first.commit()
    await until(() => sides.db.prepare('select count(*) from people').pluck().get() === 2)
  })
  // In the order of their transactions.
  await until(async () => (await keysReadable(sides)).length === 2)
  expect(await keysReadable(sides)).toEqual(['first', 'second'])
})

it('stalls while a transaction of another database in the cluster writes, and skips nothing', async () => {
  const sides = await createTwoSides()
  await giveToService(sides, 'everybody')
  const elsewhere = await createTestDatabase()
  const other = openPostgres(elsewhere.url, { applicationName: 'test-elsewhere', max: 1 })
  const wrote = Promise.withResolvers<void>()
  const mayEnd = Promise.withResolvers<void>()
  const long = other.begin(async (tx) => {
    await tx`select pg_current_xact_id()`
    wrote.resolve()
    await mayEnd.promise
  })
  await wrote.promise
  await addPerson(sides, 'late')
  expect(await keysReadable(sides)).toEqual([])
  expect(await sides.pump('service').lag()).toMatchObject({ entries: 1 })
  mayEnd.resolve()
  await long
  await settle(sides, 'service')
  expect(sides.db.prepare('select id from people').all()).toEqual([{ id: 'late' }])
  await other.end()
  await elsewhere.drop()
})

it('pages through transactions in pieces, without losing a piece', async () => {
  const sides = await createTwoSides()
  await giveToService(sides, 'everybody')
  for (const one of ['a', 'b']) {
    await sides.writeService(one, async (tx) => {
      for (const n of [1, 2, 3]) {
        const id = `${one}${n}`
        await tx`insert into persons values (${id}, ${id}, ${id}, 's')`
      }
    })
  }
  await until(async () => (await keysReadable(sides)).length === 6)
  const found: string[] = []
  let place = startOf(await sides.service.feed.storeId())
  for (let page = 0; page < 4; page++) {
    const batch = await sides.service.feed.readBatch(place, 2)
    found.push(...batch.entries.map(({ key }) => key))
    place = batch.next
  }
  expect(found).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3'])
})

it('stops a Postgres feed that was restored: younger transactions, or an entry that is gone', async () => {
  const sides = await createTwoSides()
  await giveToService(sides, 'everybody')
  await addPerson(sides, 'one')
  await settle(sides, 'service')
  const place = await sides.monolith.applier.place('service', await sides.service.feed.storeId())
  const future = { ...place, xid: String(BigInt(place.xid) + 1_000_000n) }
  await expect(sides.service.feed.readBatch(future, 10)).rejects.toThrow(/restored from a backup/)
  await sides.sql`delete from feed`
  await expect(sides.service.feed.readBatch(place, 10)).rejects.toThrow(/restored from a backup/)
})
