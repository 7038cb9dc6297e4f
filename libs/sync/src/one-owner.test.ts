import { describe, expect, it } from 'vitest'
import { openPostgresWrite } from './postgres/open-write.ts'
import { writeInSqlite } from './sqlite/open-write.ts'
import { giveToService } from './test/give-to.ts'
import { settle } from './test/settle.ts'
import { createTwoSides, type TwoSides } from './test/two-sides.ts'

const ANNA = `insert into people values ('p1', 'Anna', 'anna', 's1', null)`

describe('tombstones', () => {
  it('refuse an apply of what was deleted here', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('anna', ANNA)
    await settle(sides, 'monolith')
    await giveToService(sides, 'anna')
    await sides.writeService('anna', (tx) => tx`delete from persons`)
    // The delete has not come to the monolith yet, and an old entry of its row comes once more.
    await sides.service.applier.adopt('monolith', await sides.monolith.feed.storeId())
    const pump = await settle(sides, 'monolith')
    expect(pump.status().counts).toMatchObject({ refused: 1, written: 0 })
    expect(await sides.sql`select id from persons`).toEqual([])
  })

  it('refuse a write of what the other side deleted', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('anna', ANNA)
    await settle(sides, 'monolith')
    sides.writeMonolith('anna', 'delete from people')
    await settle(sides, 'monolith')
    await giveToService(sides, 'anna')
    const revive = sides.writeService('anna', (tx) => tx`insert into persons values ('p1', 'A', 'anna', 's')`)
    await expect(revive).rejects.toThrow(/EMOTIBOT_TOMBSTONED/)
  })

  it('are left also by a delete of a row that never came here', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('anna', ANNA)
    sides.writeMonolith('anna', 'delete from people')
    await settle(sides, 'monolith')
    expect(await sides.sql`select entity, key from tombstones`).toEqual([{ entity: 'person', key: 'p1' }])
  })
})

describe('a change of a row that the destination owns', () => {
  it('loses against an epoch as high, is kept and shown', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('anna', ANNA)
    await settle(sides, 'monolith')
    sides.writeMonolith('anna', `update people set secret = 'late'`)
    // A flip that did not wait: the worst bug there could be.
    await giveToService(sides, 'anna')
    const pump = await settle(sides, 'monolith')
    expect(pump.status().counts).toMatchObject({ conflicts: 1, written: 0 })
    expect(await sides.sql`select legacy_secret from persons`).toEqual([{ legacy_secret: 's1' }])
    const [conflict] = await sides.service.applier.conflicts(10)
    expect(conflict).toMatchObject({
      entity: 'person',
      key: 'p1',
      winner: 'here',
      epochHere: 2,
      epochSource: 1,
    })
    expect(JSON.parse(conflict?.loser ?? '')).toMatchObject({ legacy_secret: 'late' })
  })

  it('wins by a higher epoch, and what was here is kept and shown', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('anna', ANNA)
    await settle(sides, 'monolith')
    await sides.sql`update authority set allow = '{anna}' where write_group = 'auth'`
    sides.db.exec(`update authority set epoch = 9 where write_group = 'auth'`)
    sides.writeMonolith('anna', `update people set secret = 'newer'`)
    await settle(sides, 'monolith')
    expect(await sides.sql`select legacy_secret from persons`).toEqual([{ legacy_secret: 'newer' }])
    const [conflict] = await sides.service.applier.conflicts(10)
    expect(conflict).toMatchObject({ winner: 'source', epochHere: 1, epochSource: 9 })
    expect(JSON.parse(conflict?.loser ?? '')).toMatchObject({ legacy_secret: 's1' })
  })
})

describe('a conflict that a person dismisses', () => {
  it.each(['monolith', 'service'] as const)('at the %s is listed no more, and stays kept', async (side) => {
    const sides = await createTwoSides()
    const { applier } = sides[side]
    await makeConflict(sides, side, 'a')
    await makeConflict(sides, side, 'b')
    const [first, second, ...others] = await applier.conflicts(10)
    expect([first?.key, second?.key, others]).toEqual(['a', 'b', []])
    expect(first?.at).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
    const listed = [first?.id ?? 0, second?.id ?? 0]
    // One that appears after somebody looked is for the next time.
    await makeConflict(sides, side, 'c')
    expect(await applier.dismissConflicts(listed)).toBe(2)
    expect(await applier.dismissConflicts([...listed, 99])).toBe(0)
    expect((await applier.conflicts(10)).map(({ key }) => key)).toEqual(['c'])
    expect(await countKept(sides, side)).toBe(3)
  })
})

const INSERT = `
  insert into conflicts (source, entity, key, winner, epoch_here, epoch_source, loser, at)
  values ('other', 'person', $key, 'here', 2, 1, null, '2030-01-01T00:00:00.000Z')`

async function makeConflict({ db, sql }: TwoSides, side: 'monolith' | 'service', key: string): Promise<void> {
  const text = INSERT.replace('$key', `'${key}'`)
  if (side === 'monolith') db.exec(text)
  else await sql.unsafe(text)
}

async function countKept({ db, sql }: TwoSides, side: 'monolith' | 'service'): Promise<unknown> {
  const text = 'select count(*) as kept from conflicts'
  if (side === 'monolith') return db.prepare(text).pluck().get()
  return Number((await sql.unsafe(text))[0]?.['kept'])
}

describe('a claim', () => {
  it('adds a row whose partition the other side owns, and never changes one that is there', async () => {
    const sides = await createTwoSides()
    await giveToService(sides, 'anna')
    const claim = { group: 'auth.claim', partition: 'anna' } as const
    writeInSqlite(sides.db, claim, () => sides.db.exec(ANNA))
    await settle(sides, 'monolith')
    await sides.writeService('anna', (tx) => tx`update persons set legacy_secret = 'changed'`)
    writeInSqlite(sides.db, claim, () => sides.db.exec(`update people set quirk = 'claimed again'`))
    const pump = await settle(sides, 'monolith')
    expect(pump.status().counts).toMatchObject({ conflicts: 0, written: 0, unchanged: 1 })
    await settle(sides, 'service')
    expect(sides.db.prepare('select secret, quirk from people').all()).toEqual([
      { secret: 'changed', quirk: 'claimed again' },
    ])
  })

  it('may be made alone in its group', async () => {
    const sides = await createTwoSides()
    await sides.sql`update authority set high = 100 where write_group = 'auth.claim'`
    const opened = sides.sql.begin((tx) =>
      openPostgresWrite(tx, { group: 'auth.claim', partition: 'anna', lock: 'alone' }),
    )
    expect(await opened).toMatchObject({ epoch: 1 })
  })
})
