import { expect, it } from 'vitest'
import { testEntities } from './test/entities.ts'
import { settle } from './test/settle.ts'
import { createTwoSides, type TwoSides, whilePumping } from './test/two-sides.ts'
import { repair, type VerifyReport, verify } from './verify.ts'

const names = { monolith: 'monolith', service: 'service' }
const people = (...ids: string[]) =>
  ids.map((id) => `insert into people values ('${id}', '${id}', '${id}', 's', null);`).join(' ')

/** Behind every trigger's back, as a broken disk or a person with a screwdriver does it. */
async function tamperService(sides: TwoSides, statement: string): Promise<void> {
  await sides.sql.begin(async (tx) => {
    await tx.unsafe('alter table persons disable trigger all; alter table tickets disable trigger all')
    await tx.unsafe(statement)
    await tx.unsafe('alter table persons enable trigger all; alter table tickets enable trigger all')
    for (const table of ['persons', 'tickets']) {
      for (const event of ['insert', 'update', 'delete', 'truncate'])
        await tx.unsafe(`alter table ${table} enable always trigger feed_${table}_${event}`)
    }
  })
}

async function verifyNow(sides: TwoSides): Promise<VerifyReport> {
  const pumps = [sides.pump('monolith'), sides.pump('service')]
  const wake = () => {
    for (const pump of pumps) pump.wake()
  }
  return whilePumping(pumps, () => verify({ ...sides, names, entities: testEntities }, { wake }))
}

const found = ({ differences }: VerifyReport) => differences.map(({ key, kind }) => `${key} ${kind}`)

it('finds what is missing or different on either side, and repair brings the owner’s rows', async () => {
  const sides = await createTwoSides()
  sides.writeMonolith('a', people('a', 'b', 'c'))
  await settle(sides, 'monolith')
  expect(await verifyNow(sides)).toMatchObject({ compared: 3, differences: [], unsettled: [] })
  await tamperService(
    sides,
    `
    delete from persons where id = 'a'; update persons set legacy_secret = 'x' where id = 'b';
    insert into persons values ('z', 'z', 'z', 's')`,
  )
  const report = await verifyNow(sides)
  expect(found(report)).toEqual(['a missing at the service', 'b different', 'z missing at the monolith'])
  expect(await repair({ ...sides, names, entities: testEntities }, report.differences)).toEqual([])
  await settle(sides, 'monolith')
  expect(await verifyNow(sides)).toMatchObject({ differences: [], unsettled: [] })
  expect(await sides.sql`select id, legacy_secret from persons order by id`).toEqual([
    { id: 'a', legacy_secret: 's' },
    { id: 'b', legacy_secret: 's' },
    { id: 'c', legacy_secret: 's' },
  ])
})

it('calls nothing a difference that is only on its way', async () => {
  const sides = await createTwoSides()
  sides.writeMonolith('a', people('a', 'b'))
  await settle(sides, 'monolith')
  sides.writeMonolith('a', `update people set secret = 'changed'`)
  expect(await verifyNow(sides)).toMatchObject({ compared: 2, differences: [], unsettled: [] })
})

it('says that it does not know while the feeds do not move', async () => {
  const sides = await createTwoSides()
  sides.writeMonolith('a', people('a'))
  const options = { wake: () => undefined, settleWithinMs: 50 }
  const report = await verify({ ...sides, names, entities: testEntities }, options)
  expect(report).toMatchObject({ differences: [], unsettled: [{ entity: 'person', key: 'a' }] })
})

it('names a difference that was set aside as such', async () => {
  const sides = await createTwoSides()
  sides.writeMonolith('a', `insert into people values ('a', 'a', 'a', 'unmappable', null)`)
  await settle(sides, 'monolith')
  const { differences } = await verifyNow(sides)
  expect(differences).toMatchObject([{ key: 'a', kind: 'missing at the service', isSetAside: true }])
})

it('compares in pages, whatever the order of keys in either database', async () => {
  const sides = await createTwoSides()
  const ids = Array.from({ length: 1_200 }, (_, n) => `${n % 2 ? 'Ä' : 'a'}-${n}`)
  sides.writeMonolith('a', people(...ids))
  await settle(sides, 'monolith')
  expect(await verifyNow(sides)).toMatchObject({ compared: 1_200, differences: [], unsettled: [] })
})
