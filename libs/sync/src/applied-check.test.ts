import { describe, expect, it } from 'vitest'
import { createAppliedCheck, type Places } from './applied-check.ts'
import { startOf } from './position.ts'
import { closePostgresWrite, openPostgresWrite } from './postgres/open-write.ts'
import { readPostgresPlaces } from './postgres/read-places.ts'
import { readSqlitePlaces } from './sqlite/read-places.ts'
import { giveToService } from './test/give-to.ts'
import { settle } from './test/settle.ts'
import { createTwoSides } from './test/two-sides.ts'

describe('what a position names', () => {
  function checkOf(places: Places) {
    let reads = 0
    const check = createAppliedCheck(() => {
      reads += 1
      return places
    })
    return { check, reads: () => reads }
  }
  const following = (seq: number): Places => ({ own: 'here', places: [{ ...startOf('there'), seq }] })

  it('is applied when it is a write of the store itself, or of a store that nobody follows here', async () => {
    const { check } = checkOf(following(3))
    expect(await check({})).toBe(true)
    expect(await check({ here: 99, nowhere: 99 })).toBe(true)
  })

  it('is applied once the place of its feed is there', async () => {
    const { check } = checkOf(following(3))
    expect(await check({ there: 3 })).toBe(true)
    expect(await check({ there: 4 })).toBe(false)
    expect(await check({ here: 1, there: 4 })).toBe(false)
  })

  it('is not asked of the store again once it was far enough', async () => {
    const { check, reads } = checkOf(following(3))
    await check({ there: 2 })
    expect(await check({ here: 9, there: 3 })).toBe(true)
    expect(reads()).toBe(1)
    await check({ there: 4 })
    expect(reads()).toBe(2)
  })
})

describe('between two stores', () => {
  it('a write is applied on its own side at once, on the other when its feed has come there', async () => {
    const sides = await createTwoSides()
    const atMonolith = createAppliedCheck(() => readSqlitePlaces(sides.db))
    const atService = createAppliedCheck(() => readPostgresPlaces(sides.sql))
    await settle(sides, 'monolith')
    await settle(sides, 'service')
    const first = sides.writeMonolith('anna', `insert into people values ('p1', 'Anna', 'anna', 's', null)`)
    expect([await atMonolith(first), await atService(first)]).toEqual([true, false])
    await settle(sides, 'monolith')
    expect(await atService(first)).toBe(true)

    await giveToService(sides, 'everybody')
    const second = await sides.writeService(
      'anna',
      (tx) => tx`update persons set name = 'Ann' where id = 'p1'`,
    )
    expect([await atMonolith(second), await atService(second)]).toEqual([false, true])
    await settle(sides, 'service')
    expect(await atMonolith(second)).toBe(true)
  })

  it('a write of the service has a position once something of it entered the feed, and none before', async () => {
    const sides = await createTwoSides()
    await giveToService(sides, 'everybody')
    const positions = await sides.sql.begin(async (tx) => {
      const { position } = await openPostgresWrite(tx, { group: 'auth', partition: 'anna' })
      const before = await closePostgresWrite(tx, position)
      await tx`insert into persons (id, name, name_key, legacy_secret) values ('p1', 'Anna', 'anna', 's')`
      return { opened: position, before, after: await closePostgresWrite(tx, position) }
    })
    expect(positions.before).toEqual({})
    expect(positions.after).toEqual(positions.opened)
  })
})
