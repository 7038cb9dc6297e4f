import { describe, expect, it } from 'vitest'
import { giveToService } from './test/give-to.ts'
import { settle, untilApplied } from './test/settle.ts'
import { createTwoSides, whilePumping } from './test/two-sides.ts'
import { until } from './test/until.ts'

const ANNA = `insert into people values ('p1', 'Anna', 'anna', 's1', 'left-handed');`

describe('a feed between two stores', () => {
  it('applies rows that were made, changed and deleted, also where one row is two', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('anna', `${ANNA} insert into tickets values ('t1', 'p1', 3)`)
    sides.writeMonolith('anna', `insert into notes values ('n1', 'p1', 'why?', 'because')`)
    await settle(sides, 'monolith')
    expect(await sides.sql`select name_key, legacy_secret from persons`).toEqual([
      { name_key: 'anna', legacy_secret: 's1' },
    ])
    expect(await sides.sql`select q.text as question, a.text as answer from questions q, answers a`).toEqual([
      { question: 'why?', answer: 'because' },
    ])
    sides.writeMonolith('anna', 'update notes set answer = null; delete from tickets')
    await settle(sides, 'monolith')
    expect(await sides.sql`select id from tickets`).toEqual([])
    expect(await sides.sql`select text from answers`).toEqual([])
  })

  it('brings back what the service changed, and keeps what only one side can hold', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('anna', `${ANNA} insert into notes values ('n1', 'p1', 'why?', null)`)
    await settle(sides, 'monolith')
    await giveToService(sides, 'anna')
    await sides.writeService('anna', async (tx) => {
      await tx`update persons set strong_secret = 'argon'`
      await tx`insert into answers values ('n1', 'because')`
    })
    await settle(sides, 'service')
    expect(sides.db.prepare('select quirk, secret from people').all()).toEqual([
      { quirk: 'left-handed', secret: 's1' },
    ])
    expect(sides.db.prepare('select answer from notes').all()).toEqual([{ answer: 'because' }])
  })

  it('does not send back what it brought', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('anna', ANNA)
    await settle(sides, 'monolith')
    const back = await settle(sides, 'service')
    expect(back.status().counts).toMatchObject({ written: 0, unchanged: 0, conflicts: 0 })
    expect(await sides.sql`select origin, key from feed`).toEqual([{ origin: 'monolith', key: 'p1' }])
  })

  it('keeps names folded in code, where databases fold É in their own ways or not at all', async () => {
    const sides = await createTwoSides()
    const name = 'ÉMILIE'
    sides.writeMonolith('émilie', `insert into people values ('p1', '${name}', 'émilie', 's', null)`)
    await settle(sides, 'monolith')
    expect(sides.db.prepare('select lower(name) as lowered from people').get()).toEqual({
      lowered: 'É' + 'milie',
    })
    expect(await sides.sql`select name, name_key from persons`).toEqual([{ name, name_key: 'émilie' }])
    const twin = () =>
      sides.writeMonolith('émilie', `insert into people values ('p2', 'émilie', 'émilie', 's', null)`)
    expect(twin).toThrow(/UNIQUE/)
  })

  it('enters rows that a cascade deletes in its own transaction into the feed, with the origin it writes for', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('anna', `${ANNA} insert into tickets values ('t1', 'p1', 3)`)
    await settle(sides, 'monolith')
    const gone = {
      entity: 'person',
      key: 'p1',
      row: null,
      epoch: 1,
      kind: 'change',
      partition: 'anna',
    } as const
    const expected = [
      { entity: 'person', key: 'p1' },
      { entity: 'ticket', key: 't1' },
    ]
    const place = await sides.service.applier.place('monolith', await sides.monolith.feed.storeId())
    await sides.service.applier.apply({ source: 'monolith', from: place, to: place, changes: [gone] })
    const cascaded = await sides.sql`select origin, entity, key from feed where seq > 2 order by entity`
    expect(cascaded).toEqual(expected.map((entry) => ({ ...entry, origin: 'monolith' })))

    await giveToService(sides, 'anna')
    const back = await sides.monolith.applier.place('service', await sides.service.feed.storeId())
    await sides.monolith.applier.apply({ source: 'service', from: back, to: back, changes: [gone] })
    const there = sides.db.prepare(`select origin, entity, key from feed where seq > 2 order by entity`).all()
    expect(there).toEqual(expected.map((entry) => ({ ...entry, origin: 'service' })))
  })

  it('changes nothing when a batch comes late or again', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('anna', `${ANNA} insert into notes values ('n1', 'p1', 'why?', null)`)
    const store = await sides.monolith.feed.storeId()
    const from = await sides.service.applier.place('monolith', store)
    const late = await sides.monolith.feed.readBatch(from, 100)
    sides.writeMonolith('anna', `update notes set question = 'how?'`)
    await settle(sides, 'monolith')
    const step = { source: 'monolith', from, to: late.next, changes: [] }
    expect(await sides.service.applier.apply(step)).toEqual({ outcome: 'superseded' })
    await sides.service.applier.adopt('monolith', store)
    const again = await settle(sides, 'monolith')
    expect(again.status().counts).toMatchObject({ written: 0, unchanged: 2, conflicts: 0, setAside: 0 })
    expect(await sides.sql`select text from questions`).toEqual([{ text: 'how?' }])
  })

  it('is moved by two movers at once as by one', async () => {
    const sides = await createTwoSides()
    const pumps = [sides.pump('monolith'), sides.pump('monolith'), sides.pump('monolith')]
    await whilePumping(pumps, async () => {
      sides.writeMonolith('anna', ANNA)
      for (let n = 0; n < 200; n++) {
        sides.writeMonolith(
          'anna',
          `insert into tickets values ('t${n}', 'p1', ${n + 20}); update people set secret = 's${n}'`,
        )
        if (n % 10 === 0) await new Promise(setImmediate)
      }
      await untilApplied(sides, 'monolith', pumps[0]!)
    })
    expect(await sides.sql`select count(*)::int as count from tickets`).toEqual([{ count: 200 }])
    expect(await sides.sql`select legacy_secret from persons`).toEqual([{ legacy_secret: 's199' }])
    expect(await sides.service.applier.setAside('monolith', 10)).toEqual([])
  })

  it('goes on after its connections were cut, again and again', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('anna', ANNA)
    const pump = sides.pump('monolith')
    await whilePumping([pump], async () => {
      await untilApplied(sides, 'monolith', pump)
      for (let n = 0; n < 5; n++) {
        sides.writeMonolith('anna', `update people set secret = 'cut ${n}'`)
        await sides.sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'emotibot-mover' and state = 'idle'`
      }
      await until(
        async () => (await sides.sql`select 1 from persons where legacy_secret = 'cut 4'`).length === 1,
      )
    })
    expect(pump.status().state).toBe('running')
  })

  it('goes on when the clock of the source jumps back', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('anna', ANNA)
    await settle(sides, 'monolith')
    sides.db.exec(`
      create trigger clock_jump after insert on feed begin update feed set at_ms = 0 where seq = new.seq; end`)
    sides.writeMonolith('anna', `update people set secret = 's2'`)
    await settle(sides, 'monolith')
    expect(await sides.sql`select legacy_secret from persons`).toEqual([{ legacy_secret: 's2' }])
  })

  it('shows how far behind it is', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('anna', `${ANNA} insert into tickets values ('t1', 'p1', 3)`)
    const pump = sides.pump('monolith')
    expect(await pump.lag()).toMatchObject({ entries: 2 })
    await settle(sides, 'monolith')
    expect(await sides.pump('monolith').lag()).toEqual({ entries: 0, ms: 0 })
  })
})

describe('a feed that must not go on', () => {
  it('stops with the reason when a column appears that nobody maps, and goes on once it is gone', async () => {
    const sides = await createTwoSides()
    sides.db.exec('alter table people add column nickname text')
    sides.writeMonolith('anna', `insert into people values ('p1', 'Anna', 'anna', 's1', null, 'Annie')`)
    const pump = sides.pump('monolith')
    await whilePumping([pump], async () => {
      await until(() => pump.status().state === 'stopped')
      expect(pump.status().reason).toMatch(/people\.nickname is not mapped/)
      expect(await sides.sql`select id from persons`).toEqual([])
      sides.db.exec('alter table people drop column nickname')
      pump.resume()
      await untilApplied(sides, 'monolith', pump)
    })
    expect(await sides.sql`select id from persons`).toEqual([{ id: 'p1' }])
  })

  it('stops when a column goes while it runs', async () => {
    const sides = await createTwoSides()
    const pump = sides.pump('monolith')
    await whilePumping([pump], async () => {
      await untilApplied(sides, 'monolith', pump)
      await sides.sql`alter table persons rename column strong_secret to other_secret`
      sides.writeMonolith('anna', ANNA)
      await until(() => pump.status().state === 'stopped')
    })
    expect(pump.status().reason).toMatch(/strong_secret/)
  })

  it('stops when a trigger is off or gone, on either side', async () => {
    const sides = await createTwoSides()
    await sides.sql`alter table tickets disable trigger feed_tickets_insert`
    sides.db.exec('drop trigger feed_people_update')
    const pump = sides.pump('service')
    await whilePumping([pump], () => until(() => pump.status().state === 'stopped'))
    expect(pump.status().reason).toMatch(/feed_tickets_insert.*feed_people_update is missing/)
  })

  it('stops when the source was restored from a backup', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('anna', ANNA)
    await settle(sides, 'monolith')
    // What the backup did not have is gone, and other writes have taken its numbers.
    sides.db.exec('delete from feed; delete from sqlite_sequence')
    sides.writeMonolith('anna', `update people set secret = 's2'; update people set secret = 's3'`)
    const pump = sides.pump('monolith')
    await whilePumping([pump], () => until(() => pump.status().state === 'stopped'))
    expect(pump.status().reason).toMatch(/restored from a backup/)
    expect(await sides.sql`select legacy_secret from persons`).toEqual([{ legacy_secret: 's1' }])
  })

  it('stops when another store answers under the same name', async () => {
    const sides = await createTwoSides()
    await settle(sides, 'monolith')
    sides.db.exec(`update store set id = 'ffffffffff'`)
    const pump = sides.pump('monolith')
    await whilePumping([pump], () => until(() => pump.status().state === 'stopped'))
    expect(pump.status().reason).toMatch(/ffffffffff/)
  })
})
