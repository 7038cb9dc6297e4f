import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { emotion } from './carve-outs.ts'
import { createSpeaker } from './conversing.ts'
import { openTwoStores, type TwoStores } from './two-stores.ts'

let stores: TwoStores
beforeAll(async () => {
  stores = await openTwoStores(emotion)
})
afterAll(() => stores.close())

const legacyOf = (turnId: string) =>
  stores.file.prepare('SELECT * FROM feedback WHERE turn_id = ?').get(turnId)
const rowsOf = (turnId: string) => stores.sql`select * from feedback where turn_id = ${turnId}`

async function sayWhatItWas() {
  const ann = await createSpeaker(stores)
  const { id: turnId } = await ann.send('monolith', await ann.create('monolith'), 'Great, just great')
  const headers = { 'idempotency-key': randomUUID() }
  const send = { body: { turn_id: turnId, emotion: 'angry' as const }, headers }
  expect(await ann.at.monolith.call('emotion.feedback', send)).toMatchObject({ ok: true })
  return { turnId, ann, key: headers['idempotency-key'] }
}

it('both applications make the stores that the mapping was written for', async () => {
  expect(await stores.monolith.findDrift()).toEqual([])
  expect(await stores.service.findDrift()).toEqual([])
})

it('feedback goes there and back, and is for good gone when it is deleted', async () => {
  const { turnId, ann } = await sayWhatItWas()
  const before = legacyOf(turnId)
  await stores.give('service')
  expect(await rowsOf(turnId)).toMatchObject([
    { emotion: 'angry', owner_key: ann.user.username, revision: '1' },
  ])
  const change = { emotion: 'sad', revision: 2 }
  await stores.writeService((tx) => tx`update feedback set ${tx(change)} where turn_id = ${turnId}`)
  await stores.settle()
  expect(legacyOf(turnId)).toEqual({ ...(before as object), ...change })
  expect(await stores.verify()).toMatchObject({ differences: [], unsettled: [] })
  await stores.writeService((tx) => tx`delete from feedback where turn_id = ${turnId}`)
  await stores.give('monolith')
  expect(legacyOf(turnId)).toBeUndefined()
  const tombstone = stores.file.prepare("SELECT 1 FROM tombstones WHERE entity = 'feedback' AND key = ?")
  expect(tombstone.get(turnId)).toBeDefined()
})

it('a kept answer is on both sides while it is kept', async () => {
  const { ann, key } = await sayWhatItWas()
  await stores.settle()
  const held = () =>
    stores.sql`select user_id, partition, status from emotion_idempotency_keys where key = ${key}`
  expect(await held()).toMatchObject([{ user_id: ann.user.userId, partition: ann.user.username }])
  stores.writeLegacy(() => stores.file.prepare('DELETE FROM emotion_idempotency_keys WHERE key = ?').run(key))
  await stores.settle()
  expect(await held()).toEqual([])
})
