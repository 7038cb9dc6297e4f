import { expect, it } from 'vitest'
import { type BackfillProgress, runBackfill } from './backfill.ts'
import { findFoldClashes } from './fold-clashes.ts'
import { testEntities } from './test/entities.ts'
import { expectEqualStores } from './test/expect-equal-stores.ts'
import { giveToService } from './test/give-to.ts'
import { openMonolithFile } from './test/monolith-schema.ts'
import { settle } from './test/settle.ts'
import { createTwoSides, type TwoSides } from './test/two-sides.ts'

/** Rows from before there was a feed. */
function addOldRows(sides: TwoSides, count: number): void {
  const rows = Array.from({ length: count }, (_, n) => `('p${n}', 'Name ${n}', 'name ${n}', 's', null)`)
  sides.writeMonolith('anna', `insert into people values ${rows.join(', ')}`)
  const tickets = Array.from({ length: count }, (_, n) => `('t${n}', 'p${n}', ${n + 20})`)
  sides.writeMonolith('anna', `insert into tickets values ${tickets.join(', ')}`)
  sides.db.exec('delete from feed')
}

const never = new AbortController().signal

it('copies rows that were there before the feed, and shows its progress', async () => {
  const sides = await createTwoSides()
  addOldRows(sides, 1_000)
  const seen: BackfillProgress[] = []
  const options = { source: sides.monolith, entities: testEntities, signal: never }
  expect(await runBackfill({ ...options, onProgress: (progress) => seen.push(progress) })).toBe(true)
  expect(seen.length).toBeGreaterThan(4)
  expect(seen.at(-1)).toMatchObject({ entity: 'note', isFinished: true })
  expect(await sides.sql`select 1 from persons`).toEqual([])
  expect(await expectEqualStores(sides)).toBe(2_000)
})

it('goes on from where it was ended, and does nothing twice', async () => {
  const sides = await createTwoSides()
  addOldRows(sides, 300)
  const stopping = new AbortController()
  const options = { source: sides.monolith, entities: testEntities }
  const wasEnded = await runBackfill({
    ...options,
    signal: stopping.signal,
    onProgress: () => stopping.abort(),
  })
  expect(wasEnded).toBe(false)
  const before = await sides.monolith.copies.backfill('person')
  expect(before).toMatchObject({ isFinished: false })
  expect(before.done).toBeGreaterThan(0)
  expect(await runBackfill({ ...options, signal: never })).toBe(true)
  expect(await runBackfill({ ...options, signal: never })).toBe(true)
  expect(sides.db.prepare('select count(*) from feed').pluck().get()).toBe(600)
})

it('copies nothing over rows that the other side owns', async () => {
  const sides = await createTwoSides()
  addOldRows(sides, 3)
  await runBackfill({ source: sides.monolith, entities: testEntities, signal: never })
  await settle(sides, 'monolith')
  await giveToService(sides, 'name 1')
  await sides.writeService('name 1', (tx) => tx`update persons set legacy_secret = 'newer' where id = 'p1'`)
  await sides.monolith.copies.restartBackfill('person')
  await runBackfill({ source: sides.monolith, entities: testEntities, signal: never })
  const pump = await settle(sides, 'monolith')
  expect(pump.status().counts).toMatchObject({ written: 0, conflicts: 0 })
  expect(await sides.sql`select legacy_secret from persons where id = 'p1'`).toEqual([
    { legacy_secret: 'newer' },
  ])
  await expectEqualStores(sides)
})

it('waits while the source is writing, and while the destination is behind', async () => {
  const sides = await createTwoSides()
  addOldRows(sides, 2)
  const busy = openMonolithFile(sides.file)
  busy.exec('begin immediate')
  let asked = 0
  // Twice behind; then a step that finds the file busy; then the way is free.
  const isBehind = async (): Promise<boolean> => {
    asked += 1
    if (asked === 4) busy.exec('rollback')
    return asked <= 2
  }
  const options = { source: sides.monolith, entities: testEntities, signal: never, isBehind }
  expect(await runBackfill(options)).toBe(true)
  busy.close()
  expect(sides.db.prepare('select count(*) from feed').pluck().get()).toBe(4)
})

it('lists names that fold to one, and merges nothing', async () => {
  const sides = await createTwoSides()
  sides.writeMonolith(
    'x',
    `insert into people values ('p1', 'Émilie', 'émilie', 's', null),
    ('p2', 'ÉMILIE', 'émilie (legacy p2)', 's', null), ('p3', 'Emilie', 'emilie', 's', null)`,
  )
  expect(await findFoldClashes(sides.monolith, testEntities)).toEqual([
    { entity: 'person', name: 'name', folded: 'émilie', keys: ['p1', 'p2'] },
  ])
})
