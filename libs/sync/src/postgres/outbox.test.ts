import type { EventEnvelope } from '@emotibot/contracts'
import type { TransactionSql } from '@emotibot/db'
import { describe, expect, it } from 'vitest'
import { hasApplied, type Place } from '../position.ts'
import { giveToService } from '../test/give-to.ts'
import { settle } from '../test/settle.ts'
import { createTwoSides, type TwoSides } from '../test/two-sides.ts'
import { until } from '../test/until.ts'
import { openPostgresWrite } from './open-write.ts'
import { createPostgresOutbox, type OutboxEntry } from './outbox.ts'
import { decodeOutboxPlace, encodeOutboxPlace } from './outbox-place.ts'

/** Tells what a person is called now. */
async function eventsOf(tx: TransactionSql, entries: readonly OutboxEntry[]): Promise<EventEnvelope[]> {
  const keys = entries.map(({ key }) => key)
  const rows = await tx<{ id: string; name: string }[]>`
    select id, name from persons where id = any(${keys})`
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return entries.map(({ key, origin, partition, at }) => ({
    event_id: key,
    name: `from the ${origin}`,
    partition: partition ?? '',
    occurred_at: at,
    data: names.get(key) ?? null,
  }))
}

const outboxOf = ({ sql }: TwoSides) =>
  createPostgresOutbox(sql, { source: 'conversation', entities: ['person'], eventsOf })

async function serviceAlone(): Promise<TwoSides> {
  const sides = await createTwoSides()
  await giveToService(sides, 'everybody')
  return sides
}

const addPerson = (sides: TwoSides, id: string) =>
  sides.writeService(id, (tx) => tx`insert into persons values (${id}, ${id}, ${id}, 's')`)

/** Pages on from the beginning until nothing follows. */
async function readAll(sides: TwoSides, limit = 100): Promise<EventEnvelope[]> {
  const outbox = outboxOf(sides)
  const events: EventEnvelope[] = []
  for (let after = '', hasMore = true; hasMore; ) {
    const page = await outbox.read(after, limit)
    events.push(...page.batch.events)
    after = page.batch.upTo
    hasMore = page.hasMore
  }
  return events
}

/** All that is told once this many tell; somebody else's transaction in the cluster may hold them back for a while. */
async function readOnce(sides: TwoSides, count: number, limit?: number): Promise<EventEnvelope[]> {
  let events: EventEnvelope[] = []
  await until(async () => {
    events = await readAll(sides, limit)
    return events.length >= count
  })
  return events
}

const idsOf = (events: readonly EventEnvelope[]): string[] => events.map(({ event_id }) => event_id)

describe('an outbox', () => {
  it('does not skip a transaction that commits after a younger one', async () => {
    const sides = await serviceAlone()
    const wrote = Promise.withResolvers<void>()
    const mayCommit = Promise.withResolvers<void>()
    const first = sides.sql.begin(async (tx) => {
      await openPostgresWrite(tx, { group: 'auth', partition: 'first' })
      await tx`insert into persons values ('first', 'first', 'first', 's')`
      wrote.resolve()
      await mayCommit.promise
    })
    await wrote.promise
    await addPerson(sides, 'second')
    const early = await outboxOf(sides).read('', 100)
    expect(early.batch.events).toEqual([])
    mayCommit.resolve()
    await first
    expect(idsOf(await readOnce(sides, 2))).toEqual(['first', 'second'])
    const { batch } = await outboxOf(sides).read(early.batch.upTo, 100)
    expect(idsOf(batch.events)).toEqual(['first', 'second'])
  })

  it('tells what the mover applied as it tells what was written here', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('ann', `insert into people values ('ann', 'Ann', 'ann', 's', null)`)
    await settle(sides, 'monolith')
    await giveToService(sides, 'everybody')
    await addPerson(sides, 'bob')
    expect(await readOnce(sides, 2)).toMatchObject([
      { event_id: 'ann', name: 'from the monolith', data: 'Ann' },
      { event_id: 'bob', name: 'from the service', data: 'bob' },
    ])
  })

  it('says, of the same snapshot, how far its store is in its own feed and in the one it follows', async () => {
    const sides = await createTwoSides()
    const seen = sides.writeMonolith('ann', `insert into people values ('ann', 'Ann', 'ann', 's', null)`)
    await settle(sides, 'monolith')
    await giveToService(sides, 'everybody')
    const written = await addPerson(sides, 'bob')
    await readOnce(sides, 2)
    const { batch } = await outboxOf(sides).read('', 100)
    const places = batch.places as Place[]
    expect(places).toHaveLength(2)
    for (const position of [seen, written])
      expect(
        places.filter(({ store }) => store in position).every((each) => hasApplied(each, position)),
      ).toBe(true)
    expect(places.map(({ store }) => store)).toEqual([Object.keys(written)[0], Object.keys(seen)[0]])
  })

  it('tells a key once, where it was last, with the row as it is', async () => {
    const sides = await serviceAlone()
    await addPerson(sides, 'ann')
    await addPerson(sides, 'bob')
    await sides.writeService('ann', (tx) => tx`update persons set name = 'Anna' where id = 'ann'`)
    await sides.writeService('bob', (tx) => tx`delete from persons where id = 'bob'`)
    const told = async () => (await readAll(sides)).map(({ event_id, data }) => [event_id, data])
    await until(async () => (await told())[1]?.[1] === null)
    expect(await told()).toEqual([
      ['ann', 'Anna'],
      ['bob', null],
    ])
  })

  it('pages through a transaction in pieces, and each page begins where the one before ended', async () => {
    const sides = await serviceAlone()
    await sides.writeService('all', async (tx) => {
      for (const id of ['a', 'b', 'c', 'd', 'e'])
        await tx`insert into persons values (${id}, ${id}, ${id}, 's')`
    })
    expect(idsOf(await readOnce(sides, 5, 2))).toEqual(['a', 'b', 'c', 'd', 'e'])
    const outbox = outboxOf(sides)
    const first = await outbox.read('', 2)
    const second = await outbox.read(first.batch.upTo, 2)
    expect([first.hasMore, second.batch.after]).toEqual([true, first.batch.upTo])
    expect(first.batch.upTo < second.batch.upTo).toBe(true)
  })

  it('is quiet when nothing was written, also where its place moves on; entries of others are no quiet', async () => {
    const sides = await serviceAlone()
    const outbox = outboxOf(sides)
    const { upTo } = (await outbox.read('', 100)).batch
    await sides.sql`select pg_current_xact_id()`
    let quiet = await outbox.read(upTo, 100)
    await until(async () => {
      quiet = await outbox.read(upTo, 100)
      return quiet.batch.upTo > upTo
    })
    expect(quiet.isQuiet).toBe(true)
    await addPerson(sides, 'ann')
    await readOnce(sides, 1)
    const { batch } = await outbox.read(upTo, 100)
    await sides.writeService('ann', (tx) => tx`insert into tickets values ('t', 'ann', 1)`)
    await until(async () => !(await outbox.read(batch.upTo, 100)).isQuiet)
    expect((await outbox.read(batch.upTo, 100)).batch.events).toEqual([])
  })

  it('counts what lies past a place, and how old the oldest is', async () => {
    const sides = await serviceAlone()
    const outbox = outboxOf(sides)
    const { upTo } = (await outbox.read('', 100)).batch
    expect(await outbox.lag(upTo)).toEqual({ entries: 0, ms: 0 })
    await addPerson(sides, 'ann')
    await until(async () => (await outbox.lag(upTo)).ms > 5)
    expect(await outbox.lag(upTo)).toMatchObject({ entries: 1 })
  })

  it('refuses the place of another store, of a restored one, and what is no place', async () => {
    const sides = await serviceAlone()
    const outbox = outboxOf(sides)
    const { store, seq } = decodeOutboxPlace((await outbox.read('', 1)).batch.upTo, '')
    const place = { store, xid: '4000000000', seq, anchor: null }
    await expect(outbox.read(encodeOutboxPlace(place), 1)).rejects.toThrow(/restored from a backup/)
    const elsewhere = encodeOutboxPlace({ ...place, store: 'other' })
    await expect(outbox.read(elsewhere, 1)).rejects.toMatchObject({ code: 'STORE_CHANGED' })
    await expect(outbox.read('nonsense', 1)).rejects.toThrow(RangeError)
  })
})

it('places sort as text in the order of the feed', () => {
  const at = (xid: string, seq: number) => encodeOutboxPlace({ store: 'a', xid, seq, anchor: null })
  const places = [at('9', 900), at('10', 2), at('10', 10), at('18446744073709551615', 1)]
  expect(places.toSorted()).toEqual(places)
  expect(places.map((place) => encodeOutboxPlace(decodeOutboxPlace(place, 'a')))).toEqual(places)
})
