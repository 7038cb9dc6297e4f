import { expect, it } from 'vitest'
import { runBackfill } from './backfill.ts'
import { testEntities } from './test/entities.ts'
import { settle } from './test/settle.ts'
import { createTwoSides, type TwoSides, whilePumping } from './test/two-sides.ts'
import { until } from './test/until.ts'
import { verify } from './verify.ts'

const NUL = `'a' || char(0) || 'b'`
const NOT_UTF8 = `cast(x'61ff62' as text)`
const BYTES = `x'fffe'`
/** What each goes by. */
const NAMES = ['\uE000610062', '\uE00061FF62', '\uE000FFFE']

const addPerson = (id: string, name: string) =>
  `insert into people values (${id}, '${name}', '${name}', 's', null);`
const ODD = [NUL, NOT_UTF8, BYTES].map((id, at) => addPerson(id, `odd ${at}`)).join('')
const dropOdd = (ids: readonly string[]) => ids.map((id) => `delete from people where id = ${id};`).join('')

const waiting = async (sides: TwoSides) =>
  (await sides.service.applier.setAside('monolith', 20)).map(({ key, reason }) => [key, reason])
const reasonOf = (name: string) => `key: the bytes ${name.slice(1)} are no text that both stores can hold`
const arrived = async (sides: TwoSides) =>
  (await sides.sql`select id from persons order by id`).map(({ id }) => id)

it('rows whose ids hold U+0000 or are not UTF-8 are set aside, and everything else goes on', async () => {
  const sides = await createTwoSides()
  sides.writeMonolith('a', ODD + addPerson(`'fine'`, 'fine'))
  await settle(sides, 'monolith')
  expect((await waiting(sides)).toSorted()).toEqual(NAMES.map((name) => [name, reasonOf(name)]).toSorted())
  expect(await arrived(sides)).toEqual(['fine'])
  sides.writeMonolith('a', addPerson(`'later'`, 'later'))
  await settle(sides, 'monolith')
  expect(await arrived(sides)).toEqual(['fine', 'later'])
})

it('they are set aside no more once they are gone or have other ids', async () => {
  const sides = await createTwoSides()
  sides.writeMonolith('a', ODD)
  await settle(sides, 'monolith')
  sides.writeMonolith('a', `${dropOdd([NUL, BYTES])} update people set id = 'mended' where id = ${NOT_UTF8};`)
  const pump = sides.pump('monolith')
  await whilePumping([pump], () => until(async () => (await waiting(sides)).length === 0))
  expect(await arrived(sides)).toEqual(['mended'])
})

it('a backfill gets past any number of them, whatever the size of its steps', async () => {
  const sides = await createTwoSides()
  const bytes = Array.from({ length: 120 }, (_, at) =>
    addPerson(`x'ff${(4_096 + at).toString(16)}'`, `b${at}`),
  )
  sides.writeMonolith('a', ODD + addPerson(`'fine'`, 'fine') + bytes.join(''))
  sides.db.exec('delete from feed')
  const { signal } = new AbortController()
  await runBackfill({ source: sides.monolith, entities: testEntities, signal })
  expect(sides.db.prepare('select count(*) from feed').pluck().get()).toBe(124)
  await settle(sides, 'monolith')
  expect(await arrived(sides)).toEqual(['fine'])
  expect(await sides.service.applier.setAside('monolith', 200)).toHaveLength(123)
})

it('verify names them as set aside, and repair leaves them to a person', async () => {
  const sides = await createTwoSides()
  sides.writeMonolith('a', ODD + addPerson(`'fine'`, 'fine'))
  const pumps = [sides.pump('monolith'), sides.pump('service')]
  const wake = () => {
    for (const pump of pumps) pump.wake()
  }
  const names = { monolith: 'monolith', service: 'service' }
  const report = await whilePumping(pumps, () =>
    verify({ ...sides, names, entities: testEntities }, { wake }),
  )
  expect(report.differences.map(({ key, kind, isSetAside }) => [key, kind, isSetAside]).toSorted()).toEqual(
    NAMES.map((name) => [name, 'missing at the service', true]).toSorted(),
  )
})

it('an id that begins as such a name does is set aside too, and taken for none of them', async () => {
  const sides = await createTwoSides()
  sides.writeMonolith('a', addPerson(`char(57344) || '6162'`, 'private'))
  await settle(sides, 'monolith')
  expect(await waiting(sides)).toHaveLength(1)
  expect(await arrived(sides)).toEqual([])
})
