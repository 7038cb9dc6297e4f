import { describe, expect, it } from 'vitest'
import { createPostgresStore } from './postgres/create-postgres-store.ts'
import { createSqliteStore } from './sqlite/create-sqlite-store.ts'
import { testEntities } from './test/entities.ts'
import { giveToService } from './test/give-to.ts'
import { settle } from './test/settle.ts'
import { createTwoSides, type TwoSides, whilePumping } from './test/two-sides.ts'
import { until } from './test/until.ts'

const addPerson = (id: string, secret = 's') =>
  `insert into people values ('${id}', '${id}', '${id}', '${secret}', null);`
const setAsideAt = async (sides: TwoSides) =>
  (await sides.service.applier.setAside('monolith', 10)).map(({ entity, key, reason }) => ({
    entity,
    key,
    reason,
  }))

describe('what cannot be applied', () => {
  it('is set aside with its reason, and everything else goes on', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('a', addPerson('a') + addPerson('b', 'unmappable') + addPerson('c'))
    sides.writeMonolith('a', `insert into tickets values ('t1', 'a', 13), ('t2', 'c', 14)`)
    await settle(sides, 'monolith')
    expect(await sides.sql`select id from persons order by id`).toEqual([{ id: 'a' }, { id: 'c' }])
    expect(await sides.sql`select id from tickets`).toEqual([{ id: 't2' }])
    expect(await setAsideAt(sides)).toEqual([
      { entity: 'person', key: 'b', reason: 'mapping: this secret cannot be mapped' },
      { entity: 'ticket', key: 't1', reason: expect.stringMatching(/23514.*tickets_seat_check/) },
    ])
  })

  it('has later changes of its key queue behind it, and is applied as it is then, once it can be', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('a', addPerson('a'))
    sides.writeMonolith('a', `insert into tickets values ('t1', 'a', 13)`)
    await settle(sides, 'monolith')
    sides.writeMonolith('a', `update tickets set seat = 15`)
    const place = await sides.service.applier.place('monolith', await sides.monolith.feed.storeId())
    const batch = await sides.monolith.feed.readBatch(place, 10)
    const change = {
      entity: 'ticket',
      key: 't1',
      row: {},
      epoch: 1,
      kind: 'change',
      partition: null,
    } as const
    const applied = await sides.service.applier.apply({
      source: 'monolith',
      from: place,
      to: batch.next,
      changes: [change],
    })
    expect(applied).toMatchObject({ outcome: 'applied', counts: { queued: 1, written: 0 } })
    const pump = sides.pump('monolith')
    await whilePumping([pump], () => until(async () => (await setAsideAt(sides)).length === 0))
    expect(await sides.sql`select seat from tickets`).toEqual([{ seat: 15 }])
  })

  it('is not touched by a slow mover that still has its older state in hand', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('a', addPerson('a', 'unmappable'))
    await settle(sides, 'monolith')
    const [waiting] = await sides.service.applier.setAside('monolith', 10)
    const stale = {
      ticket: waiting?.ticket ?? 0,
      change: { entity: 'person', key: 'a', row: null, epoch: 1, kind: 'change', partition: null } as const,
    }
    // Somebody else tries it meanwhile, and fails.
    await sides.service.applier.retry('monolith', [
      { ...stale, change: { ...stale.change, row: { secret: 'unmappable', name_key: 'a' } } },
    ])
    expect(await sides.service.applier.retry('monolith', [stale])).toMatchObject({
      written: 0,
      deleted: 0,
      setAside: 0,
    })
    expect(await setAsideAt(sides)).toHaveLength(1)
  })

  it('is a row over the limit: set aside, not skipped', async () => {
    const sides = await createTwoSides()
    const small = createPostgresStore({ url: sides.url, entities: testEntities, maxRowBytes: 1_000 })
    sides.writeMonolith('a', addPerson('a') + addPerson('b', 'x'.repeat(2_000)))
    const pump = sides.pump('monolith', { destination: small })
    await whilePumping([pump], () => until(async () => (await setAsideAt(sides)).length === 1))
    await small.close()
    expect(await setAsideAt(sides)).toMatchObject([
      { key: 'b', reason: expect.stringMatching(/^oversize: 20\d\d bytes/) },
    ])
    expect(await sides.sql`select id from persons`).toEqual([{ id: 'a' }])
  })

  it('is what Postgres refuses, a row too large for an index or a NUL, and comes when it was mended', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('a', addPerson('a') + addPerson('b'))
    const huge = Array.from({ length: 20_000 }, (_, n) => n.toString(36)).join('')
    sides.writeMonolith(
      'a',
      `update people set name_key = '${huge}' where id = 'a'; update people set name = 'x' || char(0) where id = 'b'`,
    )
    await settle(sides, 'monolith')
    expect((await setAsideAt(sides)).map(({ key, reason }) => [key, reason.slice(0, 5)])).toEqual([
      ['a', '54000'],
      ['b', '22P05'],
    ])
    sides.writeMonolith(
      'a',
      `update people set name_key = 'a' where id = 'a'; update people set name = 'x' where id = 'b'`,
    )
    const pump = sides.pump('monolith')
    await whilePumping([pump], () => until(async () => (await setAsideAt(sides)).length === 0))
    expect(await sides.sql`select id, name_key from persons order by id`).toEqual([
      { id: 'a', name_key: 'a' },
      { id: 'b', name_key: 'b' },
    ])
  })

  it('works in the other direction too', async () => {
    const sides = await createTwoSides()
    await giveToService(sides, 'everybody')
    const small = createSqliteStore({ file: sides.file, entities: testEntities, maxRowBytes: 1_000 })
    await sides.writeService('a', async (tx) => {
      await tx`insert into persons values ('a', 'a', 'a', ${'x'.repeat(2_000)}), ('b', 'b', 'b', 's')`
    })
    const pump = sides.pump('service', { destination: small })
    await whilePumping([pump], () =>
      until(async () => (await small.applier.setAside('service', 9)).length === 1),
    )
    expect(sides.db.prepare('select id from people').all()).toEqual([{ id: 'b' }])
    await sides.writeService('a', (tx) => tx`update persons set legacy_secret = 's' where id = 'a'`)
    const mended = sides.pump('service', { destination: small })
    await whilePumping([mended], () =>
      until(async () => (await small.applier.setAside('service', 9)).length === 0),
    )
    expect(sides.db.prepare('select id from people order by id').all()).toEqual([{ id: 'a' }, { id: 'b' }])
    await small.close()
  })

  it('is not what only came too early: a name is free after the delete that follows', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('a', addPerson('a'))
    await settle(sides, 'monolith')
    sides.writeMonolith('a', `delete from people; insert into people values ('a2', 'a', 'a', 's', null)`)
    const pump = await settle(sides, 'monolith')
    expect(pump.status().counts).toMatchObject({ setAside: 0, deleted: 1, written: 1 })
    expect(await sides.sql`select id from persons`).toEqual([{ id: 'a2' }])
  })

  it('is not a child whose parent was never copied: the parent is brought along', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('a', addPerson('a'))
    sides.db.exec('delete from feed')
    sides.writeMonolith('a', `insert into tickets values ('t1', 'a', 3)`)
    await settle(sides, 'monolith')
    expect(await sides.sql`select id from persons`).toEqual([{ id: 'a' }])
    expect(await sides.sql`select id from tickets`).toEqual([{ id: 't1' }])
  })
})
