import { expect, test } from 'vitest'
import { newConversation, newcomer, type SignedIn, startMonolith } from '../testing/start-monolith.ts'

function say({ client }: SignedIn, id: string, text: string, headers: Record<string, string> = {}) {
  return client.call('conversation.send', { params: { id }, body: { text }, headers })
}

async function history({ client }: SignedIn, id: string, query: { before?: string; limit?: number } = {}) {
  const answer = await client.call('conversation.history', { params: { id }, query })
  if (!answer.ok) throw new Error(answer.body.message)
  return answer.body
}

test('a send answers with the reply, and history holds the same turn', async () => {
  const ann = await newcomer(await startMonolith(), 'ann')
  const id = await newConversation(ann)
  const answer = await say(ann, id, 'I am so happy today')
  expect(answer).toMatchObject({
    status: 201,
    body: { turn: { conversation_id: id, reply_status: 'complete', detected_emotion: 'happy' } },
  })
  const turn = answer.ok ? answer.body.turn : null
  expect(turn?.bot_message).toEqual(expect.any(String))
  expect(await history(ann, id)).toEqual({ turns: [turn], next_before: null })
})

test('respond-async answers at once with the turn pending, and the reply follows', async () => {
  const ann = await newcomer(await startMonolith({ env: { EMOTIBOT_REPLY_PACE_MS: '5' } }), 'ann')
  const id = await newConversation(ann)
  const answer = await say(ann, id, 'hello', { prefer: 'handling=lenient, respond-async' })
  expect(answer).toMatchObject({ body: { turn: { reply_status: 'pending', bot_message: null } } })
  expect(answer.headers.get('preference-applied')).toBe('respond-async')
  await expect
    .poll(async () => (await history(ann, id)).turns[0])
    .toMatchObject({ reply_status: 'complete', bot_message: expect.stringMatching(/\w/) })
})

test('a retry under the same key answers the same turn as it stands by then', async () => {
  const ann = await newcomer(await startMonolith({ env: { EMOTIBOT_REPLY_PACE_MS: '5' } }), 'ann')
  const id = await newConversation(ann)
  const key = { 'idempotency-key': 'k1' }
  const first = await say(ann, id, 'hello', { ...key, prefer: 'respond-async' })
  const again = await say(ann, id, 'hello', key)
  expect(again).toMatchObject({
    status: 201,
    body: { turn: { id: first.ok && first.body.turn.id, reply_status: 'complete' } },
  })
  expect((await history(ann, id)).turns).toHaveLength(1)
})

test('ten tries at once under one key are one turn', async () => {
  const ann = await newcomer(await startMonolith(), 'ann')
  const id = await newConversation(ann)
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => say(ann, id, 'hello', { 'idempotency-key': 'k1' })),
  )
  expect(new Set(answers.map((answer) => answer.ok && answer.body.turn.id)).size).toBe(1)
  expect((await history(ann, id)).turns).toHaveLength(1)
})

test('a key that stood for another text, conversation or route is refused', async () => {
  const ann = await newcomer(await startMonolith(), 'ann')
  const [id, otherId] = [await newConversation(ann), await newConversation(ann)]
  const key = { 'idempotency-key': 'k1' }
  await say(ann, id, 'hello', key)
  const refused = { status: 422, body: { code: 'IDEMPOTENCY_MISMATCH' } }
  expect(await say(ann, id, 'hello!', key)).toMatchObject(refused)
  expect(await say(ann, otherId, 'hello', key)).toMatchObject(refused)
  expect(await ann.client.call('conversation.create', { body: {}, headers: key })).toMatchObject(refused)
})

test("two users' equal keys are two keys", async () => {
  const monolith = await startMonolith()
  const [ann, bob] = [await newcomer(monolith, 'ann'), await newcomer(monolith, 'bob')]
  const key = { 'idempotency-key': 'k1' }
  const answers = [
    await ann.client.call('conversation.create', { body: { title: 'A' }, headers: key }),
    await bob.client.call('conversation.create', { body: { title: 'B' }, headers: key }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([201, 201])
})

test('history goes back page by page, each turn once, in order', async () => {
  const ann = await newcomer(await startMonolith(), 'ann')
  const id = await newConversation(ann)
  for (let count = 1; count <= 7; count++) await say(ann, id, `number ${count}`)
  const newest = await history(ann, id, { limit: 3 })
  const older = await history(ann, id, { limit: 3, before: newest.next_before ?? '' })
  const oldest = await history(ann, id, { limit: 3, before: older.next_before ?? '' })
  const texts = [oldest, older, newest].map(({ turns }) =>
    turns.map(({ user_message }) => user_message.at(-1)).join(''),
  )
  expect(texts).toEqual(['1', '234', '567'])
  expect(oldest.next_before).toBeNull()
})

test('the list has the conversation written to last first, and pages', async () => {
  const ann = await newcomer(await startMonolith(), 'ann')
  const ids = [
    await newConversation(ann, 'A'),
    await newConversation(ann, 'B'),
    await newConversation(ann, 'C'),
  ]
  await say(ann, ids[0] ?? '', 'hello')
  const first = await ann.client.call('conversation.list', { query: { limit: 2 } })
  if (!first.ok) throw new Error(first.body.message)
  expect(first.body.conversations[0]?.title).toBe('A')
  const rest = await ann.client.call('conversation.list', { query: { before: first.body.next_before ?? '' } })
  if (!rest.ok) throw new Error(rest.body.message)
  const seen = [...first.body.conversations, ...rest.body.conversations]
  expect(seen.map(({ id }) => id).sort()).toEqual(ids.toSorted())
  expect(rest.body.next_before).toBeNull()
})

test("another user's ids are not found", async () => {
  const monolith = await startMonolith()
  const [ann, bob] = [await newcomer(monolith, 'ann'), await newcomer(monolith, 'bob')]
  const id = await newConversation(ann)
  const sent = await say(ann, id, 'mine')
  const turnId = sent.ok ? sent.body.turn.id : ''
  const answers = await Promise.all([
    bob.client.call('conversation.history', { params: { id } }),
    bob.client.call('conversation.rename', { params: { id }, body: { title: 'x' } }),
    bob.client.call('conversation.delete', { params: { id } }),
    say(bob, id, 'hello'),
    bob.client.call('conversation.delete_turn', { params: { id, turn_id: turnId } }),
    bob.client.call('emotion.feedback', { body: { turn_id: turnId, emotion: 'sad' } }),
  ])
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404])
  expect((await history(ann, id)).turns).toHaveLength(1)
})

test('a turn, a conversation and all of them can be deleted; search forgets them', async () => {
  const ann = await newcomer(await startMonolith(), 'ann')
  const [id, otherId] = [await newConversation(ann), await newConversation(ann)]
  const found = async () => {
    const answer = await ann.client.call('conversation.search', { query: { q: 'hello' } })
    return answer.ok ? answer.body.turns.length : -1
  }
  const sent = await say(ann, id, 'hello one')
  await say(ann, id, 'hello two')
  await say(ann, otherId, 'hello three')
  expect(await found()).toBe(3)
  const params = { id, turn_id: sent.ok ? sent.body.turn.id : '' }
  expect((await ann.client.call('conversation.delete_turn', { params })).status).toBe(204)
  expect((await ann.client.call('conversation.delete_turn', { params })).status).toBe(404)
  expect(await found()).toBe(2)
  expect((await ann.client.call('conversation.delete', { params: { id } })).status).toBe(204)
  expect(await found()).toBe(1)
  expect((await ann.client.call('conversation.clear', {})).status).toBe(204)
  expect(await found()).toBe(0)
})

test('search finds beginnings of words in either message, whatever the case and marks', async () => {
  const monolith = await startMonolith()
  const [ann, bob] = [await newcomer(monolith, 'ann'), await newcomer(monolith, 'bob')]
  const id = await newConversation(ann)
  await say(ann, id, 'Ein Café in São Paulo, 東京 too')
  await say(bob, await newConversation(bob), 'café elsewhere')
  const count = async (q: string) => {
    const answer = await ann.client.call('conversation.search', { query: { q } })
    return answer.ok ? answer.body.turns.length : answer.status
  }
  for (const q of ['cafe', 'CAFÉ sao', 'pau caf', '東', 'e', '"café" AND ('])
    expect(await count(q), q).toBe(q.includes('AND') ? 0 : 1)
  for (const q of ['afe', 'cafes', '!!!', 'NOT', '*', 'owner:']) expect(await count(q), q).toBe(0)
})

test('search pages newest first and takes a hundred words', async () => {
  const ann = await newcomer(await startMonolith(), 'ann')
  const id = await newConversation(ann)
  for (const text of ['apple 1', 'apple 2', 'apple 3']) await say(ann, id, text)
  const first = await ann.client.call('conversation.search', { query: { q: 'app', limit: 2 } })
  if (!first.ok) throw new Error(first.body.message)
  const rest = await ann.client.call('conversation.search', {
    query: { q: 'app', before: first.body.next_before ?? '' },
  })
  if (!rest.ok) throw new Error(rest.body.message)
  expect(
    [...first.body.turns, ...rest.body.turns].map(({ user_message }) => user_message).toSorted(),
  ).toEqual(['apple 1', 'apple 2', 'apple 3'])
  const q = Array.from({ length: 100 }, (_, at) => String.fromCharCode(0x4e00 + at)).join(' ')
  expect((await ann.client.call('conversation.search', { query: { q } })).status).toBe(200)
})
