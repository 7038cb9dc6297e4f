import type { LegacyValue } from '@emotibot/sync'
import { anyLegacyTime, anyLegacyValue, anyText } from '@emotibot/sync/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conversation } from './carve-outs.ts'
import { insertExact, readExact } from './exact-rows.ts'
import { openTwoStores, type TwoStores } from './two-stores.ts'

let stores: TwoStores
beforeAll(async () => {
  stores = await openTwoStores(conversation)
})
afterAll(() => stores.close())

const anyMessage = fc.oneof(anyLegacyValue, fc.constantFrom('', 'Ç'.repeat(50_000)))
/** As the upgrade of a file leaves them: of nobody too, in no conversation. */
const legacyTurn = fc.record({
  user_id: fc.oneof(fc.constantFrom('u1', 'u2'), anyLegacyValue),
  user_message: anyMessage,
  bot_message: anyMessage,
  detected_emotion: anyLegacyValue,
  confidence: anyLegacyValue,
  polarity: anyLegacyValue,
  subjectivity: anyLegacyValue,
  timestamp: anyLegacyTime,
  thread_id: fc.constantFrom('c1', null),
  seq: fc.option(fc.nat()),
  reply_status: fc.constantFrom('complete', 'failed'),
  updated_at: fc.option(fc.constant('2026-01-02T03:04:05.678Z')),
  time_key: fc.constant('2026-01-02T03:04:05.678Z'),
  owner_key: fc.oneof(fc.constantFrom('', 'ann', 'émilie'), anyText),
})

let made = 0
const nextId = () => `00000000-0000-4000-9000-${String(++made).padStart(12, '0')}`

function addTurn(row: Readonly<Record<string, LegacyValue>>): string {
  const id = nextId()
  stores.writeLegacy(() => insertExact(stores.file, 'conversations', { id, docid: 1_000 + made, ...row }))
  return id
}

const turnOf = (id: string) => readExact(stores.file, 'conversations', id)
const messagesOf = (id: string) =>
  stores.sql`select role, conversation_id, text, legacy from messages where turn_id = ${id} order by role desc`

const touch = (ids: string[]) =>
  stores.writeService(
    (tx) => tx`update messages set revision = revision + 1 where turn_id = any(${ids}) and role = 'user'`,
  )

it('both applications make the stores that the mapping was written for', async () => {
  expect(await stores.monolith.findDrift()).toEqual([])
  expect(await stores.service.findDrift()).toEqual([])
})

describe('a legacy turn', () => {
  it('goes to the service and comes back as it was, whatever it holds and whose ever it is', async () => {
    const ids = fc.sample(legacyTurn, 150).map(addTurn)
    const before = ids.map(turnOf)
    await stores.settle()
    expect(await stores.service.applier.setAside('monolith', 10)).toEqual([])
    await stores.give('service')
    await touch(ids)
    await stores.settle()
    expect(ids.map(turnOf)).toEqual(before.map((row) => ({ ...(row as object), revision: 'integer 32' })))
    expect(await stores.verify()).toMatchObject({ differences: [], unsettled: [] })
    await stores.give('monolith')
  }, 60_000)

  it('is two messages, and one where there is no reply', async () => {
    const row = {
      user_id: 'u1',
      user_message: 'Hello',
      owner_key: 'ann',
      thread_id: 'c1',
      seq: 1,
      time_key: '',
    }
    const answered = addTurn({ ...row, bot_message: 'Hi', reply_status: 'complete' })
    const failed = addTurn({ ...row, bot_message: '', reply_status: 'failed' })
    await stores.settle()
    const said = { role: 'user', conversation_id: 'c1', text: 'Hello', legacy: {} }
    expect(await messagesOf(answered)).toEqual([said, { ...said, role: 'bot', text: 'Hi' }])
    expect(await messagesOf(failed)).toEqual([said])
  })

  it('of more words than an index holds goes all the same, and is found by the first of them', async () => {
    const words = Array.from({ length: 300_000 }, (_, n) => `word${n}`)
    const row = { user_id: 'u1', owner_key: 'ann', thread_id: 'c1', seq: 1, time_key: '' }
    const id = addTurn({ ...row, user_message: words.join(' ') })
    await stores.settle()
    const found = await stores.sql`select turn_id from messages where words @@ 'word7 & word29999'::tsquery`
    expect(found).toEqual([{ turn_id: id }])
  })

  it('whose reply is taken back has none, and goes on', async () => {
    const row = { user_id: 'u1', user_message: 'a', owner_key: 'ann', thread_id: 'c1', seq: 1, time_key: '' }
    const id = addTurn({ ...row, bot_message: 'b', reply_status: 'complete' })
    await stores.settle()
    const unsay = "UPDATE conversations SET bot_message = '', reply_status = 'failed' WHERE id = ?"
    stores.writeLegacy(() => stores.file.prepare(unsay).run(id))
    await stores.settle()
    expect((await messagesOf(id)).map(({ text }) => text)).toEqual(['a', null])
    await stores.give('service')
    await touch([id])
    await stores.give('monolith')
    expect(turnOf(id)).toMatchObject({ bot_message: 'text ', revision: 'integer 32' })
    expect(await stores.verify()).toMatchObject({ differences: [], unsettled: [] })
  })
})

it('a turn that only the service has is one difference, though it is two messages', async () => {
  const row = { user_id: 'u1', user_message: 'a', owner_key: 'ann', thread_id: 'c1', seq: 1, time_key: '' }
  const id = addTurn({ ...row, bot_message: 'b', reply_status: 'complete' })
  await stores.settle()
  const triggers = stores.file
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'conversations'",
    )
    .all()
  for (const { name } of triggers) stores.file.exec(`DROP TRIGGER ${name}`)
  stores.file.prepare('DELETE FROM conversations WHERE id = ?').run(id)
  for (const { sql } of triggers) stores.file.exec(sql)
  const { differences } = await stores.verify()
  expect(differences).toMatchObject([{ key: id, kind: 'missing at the monolith' }])
})
