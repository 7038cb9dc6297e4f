import type Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { openPage } from '../realtime/testing-server.ts'
import { giveUp, nothing, openFile, takeBack, without } from '../testing/other-side.ts'
import { applyTurns } from '../testing/service-turns.ts'
import {
  type Monolith,
  newConversation,
  newcomer,
  type SignedIn,
  startMonolith,
} from '../testing/start-monolith.ts'

type Held = {
  reply_status: string
  emotion_status: string
  detected_emotion: string
  bot_message: string
  revision: number
}

const held = (db: Database.Database, id: string): Held =>
  db.prepare<[string], Held>('SELECT * FROM conversations WHERE id = ?').get(id) ??
  expect.fail(`there is no turn ${id}`)

const statusesOf = (db: Database.Database, id: string) => {
  const { reply_status: reply, emotion_status: emotion } = held(db, id)
  return { reply, emotion }
}

const DONE = { reply: 'complete', emotion: 'complete' }
const LEFT = { reply: 'pending', emotion: 'pending' }

/** A page of the user's, once it is known there. */
async function openPageOf({ url }: Monolith, { token }: SignedIn) {
  const page = await openPage(url, { token })
  onTestFinished(() => page.socket.terminate())
  await page.next('ready')
  return page
}

test('a turn that came pending is completed: its emotion first, then the reply to that', async () => {
  const monolith = await startMonolith()
  const ann = await newcomer(monolith, 'ann')
  const threadId = await newConversation(ann)
  const page = await openPageOf(monolith, ann)
  const db = openFile(monolith)
  const text = 'I am so happy today'
  applyTurns(db, [{ id: 't', threadId, ownerKey: 'ann', text, emotionStatus: 'pending' }])
  await expect.poll(() => statusesOf(db, 't'), { timeout: 5_000 }).toEqual(DONE)
  const { detected_emotion: emotion, bot_message: reply, revision } = held(db, 't')
  const guest = await monolith.client.call('ai.reply', { body: { text } })
  expect({ emotion, reply, revision }).toEqual({
    emotion: 'happy',
    reply: guest.ok && guest.body.bot_message,
    revision: 3,
  })
  await expect
    .poll(() => page.frames.flatMap((frame) => ('event_id' in frame ? [frame.event_id] : [])).slice(-2))
    .toEqual(['t.2', 't.3'])
})

test('a turn whose reply is there has its emotion corrected, and no other reply', async () => {
  const monolith = await startMonolith()
  const ann = await newcomer(monolith, 'ann')
  const threadId = await newConversation(ann)
  const db = openFile(monolith)
  const text = 'I am so happy today'
  applyTurns(db, [{ id: 't', threadId, ownerKey: 'ann', text, emotionStatus: 'pending', reply: 'I see.' }])
  await expect.poll(() => statusesOf(db, 't'), { timeout: 5_000 }).toEqual(DONE)
  expect(held(db, 't')).toMatchObject({ detected_emotion: 'happy', bot_message: 'I see.', revision: 2 })
})

test('what the other side owns is left to it, until that gives it back', async () => {
  const monolith = await startMonolith()
  const [ann, bob] = [await newcomer(monolith, 'ann'), await newcomer(monolith, 'bob')]
  const db = openFile(monolith)
  giveUp(db, 'conversation', without('bob'))
  await expect(newConversation(bob)).rejects.toThrow('does not own')
  const page = await openPageOf(monolith, ann)
  const threadId = await newConversation(ann)
  const pending = { threadId, text: 'hello', emotionStatus: 'pending' } as const
  applyTurns(db, [
    { ...pending, id: 'of bob', ownerKey: 'bob' },
    { ...pending, id: 'of bob too', ownerKey: 'bob', emotionStatus: 'complete' },
    { ...pending, id: 'of ann', ownerKey: 'ann' },
  ])
  await expect.poll(() => statusesOf(db, 'of ann'), { timeout: 5_000 }).toEqual(DONE)
  expect(statusesOf(db, 'of bob')).toEqual(LEFT)
  // Nor is anything said of it that the other side may say otherwise.
  const streamed = page.frames.flatMap((frame) => (frame.type === 'turn.delta' ? [frame.delta.turn_id] : []))
  expect(new Set(streamed)).toEqual(new Set(['of ann']))
  takeBack(db, 'conversation')
  for (const id of ['of bob', 'of bob too'])
    await expect.poll(() => statusesOf(db, id), { timeout: 5_000 }).toEqual(DONE)
})

test('a reply that is late, for the other side owns its turn by then, is discarded', async () => {
  const monolith = await startMonolith({ env: { EMOTIBOT_REPLY_PACE_MS: '1000' } })
  const ann = await newcomer(monolith, 'ann')
  const sent = await ann.client.call('conversation.send', {
    params: { id: await newConversation(ann) },
    body: { text: 'hello' },
    headers: { prefer: 'respond-async' },
  })
  const id = sent.ok ? sent.body.turn.id : ''
  const db = openFile(monolith)
  giveUp(db, 'conversation', nothing)
  // Ends every pace, so that the reply is stored now.
  await monolith.close()
  expect(held(db, id)).toMatchObject({ reply_status: 'pending', bot_message: '', revision: 1 })
  takeBack(db, 'conversation')
  await startMonolith({ file: monolith.file })
  await expect.poll(() => statusesOf(db, id), { timeout: 5_000 }).toEqual(DONE)
  expect(held(db, id).revision).toBe(2)
})

test('a reply that somebody is at is left to them', async () => {
  const monolith = await startMonolith({ env: { EMOTIBOT_REPLY_PACE_MS: '300' } })
  const ann = await newcomer(monolith, 'ann')
  const page = await openPageOf(monolith, ann)
  const params = { id: await newConversation(ann) }
  const headers = { prefer: 'respond-async' }
  await ann.client.call('conversation.send', { params, body: { text: 'hello' }, headers })
  const { turn } = await page.next('turn.updated')
  const deltas = page.frames.flatMap((frame) => (frame.type === 'turn.delta' ? [frame.delta.offset] : []))
  expect(deltas.length).toBeGreaterThan(4)
  expect(new Set(deltas).size).toBe(deltas.length)
  expect(held(openFile(monolith), turn.id).revision).toBe(2)
})
