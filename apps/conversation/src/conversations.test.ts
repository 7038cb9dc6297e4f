import { beforeEach, describe, expect, it } from 'vitest'
import { REPLY, SAD, startNeighbours } from './testing/neighbour-server.ts'
import {
  type Conversation,
  history,
  newConversation,
  type SignedIn,
  say,
  sayTurn,
  search,
  signedIn,
  startConversation,
} from './testing/start-conversation.ts'

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
const UUID = /^[0-9a-f-]{36}$/

let service: Conversation
let ann: SignedIn
beforeEach(async () => {
  const neighbours = await startNeighbours()
  service = await startConversation({ EMOTIBOT_INTERNAL_URL: neighbours.url })
  ann = signedIn(service)
})

describe('a conversation', () => {
  it('begins without a title or with one, and is renamed in its place', async () => {
    const made = await ann.client.call('conversation.create', { body: {} })
    expect(made).toMatchObject({ status: 201, body: { conversation: { title: 'New conversation' } } })
    if (!made.ok) throw new Error()
    const { id, created_at, updated_at } = made.body.conversation
    expect([id, created_at, updated_at]).toEqual([
      expect.stringMatching(UUID),
      expect.stringMatching(ISO),
      created_at,
    ])
    const renamed = await ann.client.call('conversation.rename', {
      params: { id },
      body: { title: 'Ünïcode 東' },
    })
    expect(renamed).toMatchObject({
      status: 200,
      body: { conversation: { id, title: 'Ünïcode 東', updated_at } },
    })
  })

  it('is listed before those that were written to earlier, page by page', async () => {
    const ids = []
    for (const title of ['A', 'B', 'C']) ids.push(await newConversation(ann, title))
    await say(ann, ids[0] ?? '', 'hello')
    const list = async (query: object) => {
      const answer = await ann.client.call('conversation.list', { query })
      if (!answer.ok) throw new Error(answer.body.message)
      return answer.body
    }
    const first = await list({ limit: 2 })
    expect(first.conversations.map(({ title }) => title)).toEqual(['A', 'C'])
    const rest = await list({ before: first.next_before ?? '' })
    expect(rest).toMatchObject({ conversations: [{ title: 'B' }], next_before: null })
  })

  it('is deleted with its turns, one turn alone, or all of them; search forgets them', async () => {
    const [id, otherId] = [await newConversation(ann), await newConversation(ann)]
    const found = async () => (await search(ann, 'hello')).turns.length
    const turn = await sayTurn(ann, id, 'hello one')
    await sayTurn(ann, id, 'hello two')
    await sayTurn(ann, otherId, 'hello three')
    expect(await found()).toBe(3)
    const params = { id, turn_id: turn.id }
    expect((await ann.client.call('conversation.delete_turn', { params })).status).toBe(204)
    expect((await ann.client.call('conversation.delete_turn', { params })).status).toBe(404)
    expect(await found()).toBe(2)
    expect((await ann.client.call('conversation.delete', { params: { id } })).status).toBe(204)
    expect((await ann.client.call('conversation.delete', { params: { id } })).status).toBe(404)
    expect(await found()).toBe(1)
    expect((await ann.client.call('conversation.clear', {})).status).toBe(204)
    expect(await found()).toBe(0)
    expect(await service.store.sql`select 1 from messages`).toHaveLength(0)
  })
})

describe('a turn', () => {
  it('is answered with its emotion and its reply', async () => {
    const id = await newConversation(ann)
    expect(await sayTurn(ann, id, 'I lost my keys')).toEqual({
      id: expect.stringMatching(UUID),
      conversation_id: id,
      user_message: 'I lost my keys',
      bot_message: REPLY,
      reply_status: 'complete',
      detected_emotion: SAD.emotion,
      confidence: SAD.confidence,
      polarity: SAD.polarity,
      subjectivity: SAD.subjectivity,
      timestamp: expect.stringMatching(ISO),
    })
  })

  it('is answered pending to who prefers not to wait, and said so', async () => {
    const id = await newConversation(ann)
    const answer = await say(ann, id, 'hello', { prefer: 'respond-async' })
    expect(answer).toMatchObject({ status: 201 })
    expect(answer.headers.get('preference-applied')).toBe('respond-async')
    await expect.poll(async () => (await history(ann, id)).turns[0]?.bot_message).toBe(REPLY)
  })

  it('comes in its place: history goes back page by page, each turn once', async () => {
    const id = await newConversation(ann)
    for (let count = 1; count <= 7; count++) await sayTurn(ann, id, `number ${count}`)
    const newest = await history(ann, id, { limit: 3 })
    const older = await history(ann, id, { limit: 3, before: newest.next_before ?? '' })
    const oldest = await history(ann, id, { limit: 3, before: older.next_before ?? '' })
    const texts = [oldest, older, newest].map(({ turns }) =>
      turns.map(({ user_message }) => user_message.at(-1)).join(''),
    )
    expect(texts).toEqual(['1', '234', '567'])
    expect(oldest.next_before).toBeNull()
  })

  it('has a place of its own when many are said at once', async () => {
    const id = await newConversation(ann)
    await Promise.all(Array.from({ length: 20 }, (_, at) => sayTurn(ann, id, `at once ${at}`)))
    const rows = await service.store
      .sql`select seq::int as seq from messages where role = 'user' order by seq`
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1))
  })

  it('of the most characters there may be is held as it is', async () => {
    const id = await newConversation(ann)
    const text = `${'😀'.repeat(9_990)}\uE0000 \uE0001`
    expect((await sayTurn(ann, id, text)).user_message).toBe(text)
    expect((await history(ann, id)).turns[0]?.user_message).toBe(text)
  })
})

it("what is another user's is not found, and stays", async () => {
  const bob = signedIn(service)
  const id = await newConversation(ann)
  const { id: turnId } = await sayTurn(ann, id, 'mine')
  const own = await newConversation(bob)
  const answers = await Promise.all([
    bob.client.call('conversation.history', { params: { id } }),
    bob.client.call('conversation.rename', { params: { id }, body: { title: 'x' } }),
    bob.client.call('conversation.delete', { params: { id } }),
    say(bob, id, 'hello'),
    bob.client.call('conversation.delete_turn', { params: { id, turn_id: turnId } }),
    bob.client.call('conversation.delete_turn', { params: { id: own, turn_id: turnId } }),
  ])
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404])
  expect((await bob.client.call('conversation.clear', {})).status).toBe(204)
  expect((await search(bob, 'mine')).turns).toEqual([])
  expect((await history(ann, id)).turns).toHaveLength(1)
})
