import { writeInSqlite } from '@emotibot/sync'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { newConversation, newcomer, type SignedIn, signIn, startMonolith } from './testing/start-monolith.ts'

async function turnsOf({ client }: SignedIn, id: string) {
  const answer = await client.call('conversation.history', { params: { id } })
  return answer.ok ? answer.body.turns : []
}

function openFile(file: string): Database.Database {
  const db = new Database(file)
  onTestFinished(() => void db.close())
  return db
}

test('a reply that a crash left pending is there after the next start', async () => {
  const first = await startMonolith()
  const ann = await newcomer(first, 'ann')
  const id = await newConversation(ann)
  for (let count = 0; count < 45; count++)
    await ann.client.call('conversation.send', { params: { id }, body: { text: `number ${count}` } })
  await first.close()
  const db = openFile(first.file)
  writeInSqlite(db, { group: 'conversation', partition: 'ann' }, () =>
    db.exec("UPDATE conversations SET reply_status = 'pending', bot_message = '', revision = 1"),
  )
  const second = await startMonolith({ file: first.file })
  const again = await signIn(second, 'ann')
  await expect
    .poll(async () => (await turnsOf(again, id)).filter(({ reply_status }) => reply_status === 'complete'))
    .toHaveLength(45)
  expect((await turnsOf(again, id)).every(({ bot_message }) => (bot_message?.length ?? 0) > 0)).toBe(true)
})

test('a stop in the middle of a paced reply completes it', async () => {
  const first = await startMonolith({ env: { EMOTIBOT_REPLY_PACE_MS: '1000' } })
  const ann = await newcomer(first, 'ann')
  const id = await newConversation(ann)
  const headers = { prefer: 'respond-async' }
  await ann.client.call('conversation.send', { params: { id }, body: { text: 'hello' }, headers })
  await first.close()
  const statuses = openFile(first.file).prepare('SELECT reply_status FROM conversations').pluck().all()
  expect(statuses).toEqual(['complete'])
})

test('a reply to a turn, conversation or account that is gone by then is dropped', async () => {
  const monolith = await startMonolith({ env: { EMOTIBOT_REPLY_PACE_MS: '20' } })
  const ann = await newcomer(monolith, 'ann')
  const id = await newConversation(ann)
  const headers = { prefer: 'respond-async' }
  const send = () =>
    ann.client.call('conversation.send', { params: { id }, body: { text: 'hello' }, headers })
  const sent = await send()
  const turnId = sent.ok ? sent.body.turn.id : ''
  await ann.client.call('conversation.delete_turn', { params: { id, turn_id: turnId } })
  await send()
  await ann.client.call('auth.delete', {})
  await monolith.close()
  const db = openFile(monolith.file)
  expect(db.prepare('SELECT count(*) FROM conversations').pluck().get()).toBe(0)
  expect(db.prepare('SELECT count(*) FROM users').pluck().get()).toBe(0)
})

test('while the file is locked by another process a send is BUSY, and the process lives', async () => {
  const monolith = await startMonolith()
  const ann = await newcomer(monolith, 'ann')
  const id = await newConversation(ann)
  const other = openFile(monolith.file)
  const send = () => ann.client.call('conversation.send', { params: { id }, body: { text: 'hello' } })
  other.exec('BEGIN IMMEDIATE')
  const refused = await send()
  expect(refused).toMatchObject({ status: 503, body: { code: 'BUSY' } })
  expect(refused.headers.get('retry-after')).toBe('1')
  other.exec('ROLLBACK')
  expect((await send()).status).toBe(201)
  expect(await turnsOf(ann, id)).toHaveLength(1)
})
