import { beforeEach, expect, it } from 'vitest'
import {
  EMOTION,
  type NeighbourServer,
  REPLIES_TO,
  REPLY,
  startNeighbours,
} from './testing/neighbour-server.ts'
import {
  type Conversation,
  history,
  newConversation,
  type SignedIn,
  say,
  sayTurn,
  signedIn,
  startConversation,
} from './testing/start-conversation.ts'

const key = { 'idempotency-key': 'k1' }

let neighbours: NeighbourServer
let service: Conversation
let ann: SignedIn
let id: string
beforeEach(async () => {
  neighbours = await startNeighbours()
  service = await startConversation({ EMOTIBOT_INTERNAL_URL: neighbours.url })
  ann = signedIn(service)
  id = await newConversation(ann)
})

it('a retry answers the same turn as it stands by then, and nobody is asked again', async () => {
  const first = await sayTurn(ann, id, 'hello', { ...key, prefer: 'respond-async' })
  await expect.poll(async () => (await history(ann, id)).turns[0]?.reply_status).toBe('complete')
  expect(await sayTurn(ann, id, 'hello', key)).toMatchObject({ id: first.id, bot_message: REPLY })
  expect((await history(ann, id)).turns).toHaveLength(1)
  expect([neighbours.count(EMOTION), neighbours.count(REPLIES_TO)]).toEqual([1, 1])
})

it('ten tries at once, at two processes, are one turn with one reply', async () => {
  const other = await startConversation({ EMOTIBOT_INTERNAL_URL: neighbours.url }, service.store)
  const annThere = signedIn(other, ann.userId)
  const tries = Array.from({ length: 10 }, (_, at) => sayTurn(at % 2 ? ann : annThere, id, 'hello', key))
  const turns = await Promise.all(tries)
  expect(new Set(turns.map((turn) => turn.id)).size).toBe(1)
  expect((await history(ann, id)).turns).toHaveLength(1)
  expect(neighbours.count(REPLIES_TO)).toBe(1)
})

it('a key that stood for another text, conversation or route is refused', async () => {
  const otherId = await newConversation(ann)
  await sayTurn(ann, id, 'hello', key)
  const refused = { status: 422, body: { code: 'IDEMPOTENCY_MISMATCH' } }
  expect(await say(ann, id, 'hello!', key)).toMatchObject(refused)
  expect(await say(ann, otherId, 'hello', key)).toMatchObject(refused)
  expect(await ann.client.call('conversation.create', { body: {}, headers: key })).toMatchObject(refused)
})

it("two users' equal keys are two keys", async () => {
  const bob = signedIn(service)
  const made = await Promise.all(
    [ann, bob].map(({ client }) =>
      client.call('conversation.create', { body: { title: 'A' }, headers: key }),
    ),
  )
  const ids = made.map((answer) => (answer.ok ? answer.body.conversation.id : answer.status))
  expect(new Set(ids).size).toBe(2)
})

it('a turn that was deleted is answered as it was to a retry, and stays deleted', async () => {
  const turn = await sayTurn(ann, id, 'hello', key)
  await ann.client.call('conversation.delete_turn', { params: { id, turn_id: turn.id } })
  expect(await sayTurn(ann, id, 'hello', key)).toMatchObject({ id: turn.id, user_message: 'hello' })
  expect((await history(ann, id)).turns).toEqual([])
})

it('a send whose conversation is not there keeps no answer', async () => {
  const nowhere = '00000000-0000-4000-8000-000000000000'
  expect((await say(ann, nowhere, 'hello', key)).status).toBe(404)
  expect((await say(ann, id, 'hello', key)).status).toBe(201)
})
