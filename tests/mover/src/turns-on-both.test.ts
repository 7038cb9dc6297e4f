import { randomUUID } from 'node:crypto'
import { searchWords } from '@emotibot/contracts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { conversation } from './carve-outs.ts'
import { createSpeaker, SIDES, type Side, type Speaker } from './conversing.ts'
import { openTwoStores, type TwoStores } from './two-stores.ts'

let stores: TwoStores
let ann: Speaker
let owner: Side = 'monolith'
beforeAll(async () => {
  stores = await openTwoStores(conversation)
})
afterAll(() => stores.close())
beforeEach(async () => {
  ann = await createSpeaker(stores)
})

async function giveTo(side: Side): Promise<void> {
  if (side !== owner) await stores.give(side)
  owner = side
}
const otherThan = (side: Side): Side => (side === 'monolith' ? 'service' : 'monolith')

/** How many turns the index in the monolith's file has this word of, also where they are gone. */
function indexed(word: string): unknown {
  const query = stores.file.prepare('SELECT count(*) FROM turn_words WHERE turn_words MATCH ?').pluck()
  return query.get(searchWords(word).join(' '))
}

describe.each(SIDES)('what is written at the %s', (side) => {
  const other = otherThan(side)
  beforeEach(() => giveTo(side))

  it('is answered alike by the other', async () => {
    const id = await ann.create(side, 'Über \uE000 😀')
    for (const text of ['I am glad 😀', '\uE000 \uE0000', 'ﬁne, né?', `${'glad '.repeat(1_999)}end`])
      await ann.send(side, id, text)
    await stores.settle()
    const lists = await Promise.all(
      SIDES.map((each) => ann.at[each].call('conversation.list', { query: {} })),
    )
    expect(lists[0]?.body).toEqual(lists[1]?.body)
    expect(await ann.history(other, id)).toEqual(await ann.history(side, id))
    expect(await ann.history(other, id)).toHaveLength(4)
  })

  it('is found by the other’s search, until it is deleted', async () => {
    const id = await ann.create(side)
    const word = `Äpfel${randomUUID().slice(0, 8)}`
    const mine = await ann.send(side, id, `Zweifel an ${word}`)
    const long = await ann.send(side, id, 'w'.repeat(10_000))
    const bob = await createSpeaker(stores)
    await bob.send(side, await bob.create(side), `Zweifel an ${word}`)
    await stores.settle()
    expect(await ann.search(other, `${word.slice(0, 9)} zweif`)).toEqual([mine.id])
    expect(await ann.search(other, 'w'.repeat(200))).toEqual([long.id])
    expect(await ann.search(other, `${word}baum`)).toEqual([])
    expect(indexed(word)).toBe(2)
    const params = { id, turn_id: mine.id }
    expect(await ann.at[side].call('conversation.delete_turn', { params })).toMatchObject({ status: 204 })
    await stores.settle()
    expect(await ann.search(other, word)).toEqual([])
    expect(await ann.search(other, 'w'.repeat(200))).toEqual([long.id])
    expect(indexed(word)).toBe(1)
  })

  it('goes with its conversation, for good', async () => {
    const id = await ann.create(side)
    const turns = [await ann.send(side, id, 'first'), await ann.send(side, id, 'second')]
    await stores.settle()
    expect(await ann.at[side].call('conversation.delete', { params: { id } })).toMatchObject({ status: 204 })
    await stores.settle()
    expect(await ann.at[other].call('conversation.history', { params: { id }, query: {} })).toMatchObject({
      status: 404,
    })
    const keys = [id, ...turns.map((turn) => turn.id)].sort()
    const there = await stores.sql`select key from tombstones where key = any(${keys}) order by key`
    const here = stores.file.prepare('SELECT key FROM tombstones WHERE key IN (?, ?, ?) ORDER BY key').pluck()
    expect(there.map(({ key }) => key)).toEqual(keys)
    expect(here.all(...keys)).toEqual(keys)
    const left = 'SELECT count(*) FROM conversations WHERE thread_id = ?'
    expect(stores.file.prepare(left).pluck().get(id)).toBe(0)
    expect(await stores.sql`select 1 from messages where conversation_id = ${id}`).toEqual([])
  })

  it('under a key is answered to a retry at the other side, once that is the owner', async () => {
    const id = await ann.create(side)
    const headers = { 'idempotency-key': randomUUID() }
    const first = await ann.send(side, id, 'only once', headers)
    await giveTo(other)
    expect((await ann.send(other, id, 'only once', headers)).id).toBe(first.id)
    expect(await ann.history(other, id)).toHaveLength(1)
  })
})

it('a turn whose owner changes between sends never shares its place, and keeps it', async () => {
  const id = await ann.create(owner)
  const sent: string[] = []
  for (const side of ['service', 'monolith', 'service', 'service', 'monolith'] as const) {
    await giveTo(side)
    const turns = await Promise.all([1, 2, 3].map(() => ann.send(side, id, `at the ${side}`)))
    sent.push(...turns.map((turn) => turn.id))
  }
  await stores.settle()
  const places = stores.file.prepare<[string], { id: string; seq: number }>(
    'SELECT id, seq FROM conversations WHERE thread_id = ? ORDER BY seq',
  )
  expect(places.all(id).map(({ seq }) => seq)).toEqual(sent.map((_, n) => n + 1))
  expect(await ann.history('service', id)).toEqual(await ann.history('monolith', id))
  expect(await stores.verify()).toMatchObject({ differences: [], unsettled: [] })
})

it('a reply that is pending at the service is written by the monolith once it owns the turn', async () => {
  await giveTo('service')
  const id = await ann.create('service')
  const pending = await ann.send('service', id, 'I am so happy', { prefer: 'respond-async' })
  expect(pending.reply_status).toBe('pending')
  await giveTo('monolith')
  const done = async () => (await ann.history('monolith', id))[0]
  await expect.poll(done, { timeout: 20_000 }).toMatchObject({ id: pending.id, reply_status: 'complete' })
  await stores.settle()
  expect(await ann.history('service', id)).toEqual(await ann.history('monolith', id))
}, 40_000)

it('a legacy turn of 100 KB, U+0000 in it, is answered and found alike on both sides, there and back', async () => {
  await giveTo('monolith')
  const id = await ann.create('monolith')
  const turn = await ann.send('monolith', id, 'to be replaced')
  const text = `nul \u0000 \uE000 ${'ölig '.repeat(20_000)} schluß`
  const change = 'UPDATE conversations SET user_message = ?, bot_message = ?, revision = 2 WHERE id = ?'
  stores.writeLegacy(() => stores.file.prepare(change).run(text, '\u0000', turn.id))
  await giveTo('service')
  const [answered] = await ann.history('service', id)
  expect(answered).toMatchObject({ user_message: text, bot_message: '\u0000' })
  expect(await ann.history('monolith', id)).toEqual([answered])
  await stores.writeService(
    (tx) => tx`update messages set revision = 3 where turn_id = ${turn.id} and role = 'user'`,
  )
  await stores.settle()
  expect(await ann.history('monolith', id)).toEqual([answered])
  for (const side of SIDES) expect(await ann.search(side, 'schluß nul oli')).toEqual([turn.id])
})

it('what the mover puts into the service’s index is what the service puts there', async () => {
  await giveTo('service')
  const text = `Äpfel ${'x'.repeat(3_000)} ﷺ 3rd naïve`
  const { id } = await ann.send('service', await ann.create('service'), text)
  const words = async () =>
    (await stores.sql`select words::text from messages where turn_id = ${id} and role = 'user'`)[0]
  const own = await words()
  await giveTo('monolith')
  stores.writeLegacy(() =>
    stores.file.prepare('UPDATE conversations SET revision = revision + 10 WHERE id = ?').run(id),
  )
  await stores.settle()
  const [{ revision } = {}] =
    await stores.sql`select revision from messages where turn_id = ${id} and role = 'user'`
  expect(Number(revision)).toBeGreaterThan(10)
  expect(await words()).toEqual(own)
})
