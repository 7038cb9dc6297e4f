import { encodePosition, INTERNAL, INTERNAL_ROUTES, ON_BEHALF_OF } from '@emotibot/contracts'
import { createServiceToken } from '@emotibot/service-kit'
import { beforeEach, expect, test } from 'vitest'
import { follow, openFile } from '../testing/other-side.ts'
import {
  type Monolith,
  newConversation,
  newcomer,
  SECRET,
  type SignedIn,
  startMonolith,
} from '../testing/start-monolith.ts'

let monolith: Monolith
let ann: SignedIn
let turnId: string
let token: string

beforeEach(async () => {
  monolith = await startMonolith()
  ann = await newcomer(monolith, 'ann')
  const params = { id: await newConversation(ann) }
  const sent = await ann.client.call('conversation.send', { params, body: { text: 'I am so happy' } })
  turnId = sent.ok ? sent.body.turn.id : ''
  token = await createServiceToken({ secret: SECRET, caller: 'emotion', audience: INTERNAL })
})

async function ask(path: string, headers: Record<string, string>) {
  const answer = await fetch(monolith.url + path, { headers })
  return { status: answer.status, body: (await answer.json()) as unknown }
}

const turnPath = (id: string) => INTERNAL_ROUTES.turn.path.replace(':id', id)
const FELT = INTERNAL_ROUTES.felt.path
const as = (user: string) => ({ [ON_BEHALF_OF.token]: token, [ON_BEHALF_OF.user]: user })

test('a turn is found for its user, and for nobody else', async () => {
  expect(await ask(turnPath(turnId), as(ann.userId))).toEqual({
    status: 200,
    body: { turn_id: turnId, user_id: ann.userId },
  })
  const bob = await newcomer(monolith, 'bob')
  const notFound = { status: 404, body: { code: 'NOT_FOUND' } }
  expect(await ask(turnPath(turnId), as(bob.userId))).toMatchObject(notFound)
  expect(await ask(turnPath('no-such-turn'), as(ann.userId))).toMatchObject(notFound)
})

test('the latest turns are told as they were felt', async () => {
  const felt = await ask(FELT, as(ann.userId))
  expect(felt).toEqual({ status: 200, body: { turns: [{ emotion: 'happy', polarity: expect.any(Number) }] } })
  await ann.client.call('emotion.feedback', { body: { turn_id: turnId, emotion: 'sad' } })
  expect(await ask(FELT, as(ann.userId))).toMatchObject({ body: { turns: [{ emotion: 'sad' }] } })
  expect(await ask(FELT, as('nobody'))).toEqual({ status: 200, body: { turns: [] } })
})

test.each(['turn', 'felt'] as const)(
  '%s is told to nobody without a service token that means it',
  async (name) => {
    const path = name === 'turn' ? turnPath(turnId) : FELT
    const user = { [ON_BEHALF_OF.user]: ann.userId }
    const elsewhere = await createServiceToken({ secret: SECRET, caller: 'emotion', audience: 'mover' })
    const forged = await createServiceToken({ secret: 'x'.repeat(43), caller: 'emotion', audience: INTERNAL })
    for (const bad of ['', 'nonsense', ann.token, elsewhere, forged]) {
      const refused = await ask(path, { ...user, ...ann.headers, [ON_BEHALF_OF.token]: bad })
      expect(refused, bad).toMatchObject({ status: 401 })
    }
    expect(await ask(path, { ...user, ...ann.headers })).toMatchObject({ status: 401 })
    expect(await ask(path, { [ON_BEHALF_OF.token]: token })).toMatchObject({ status: 400 })
  },
)

test('what is asked with a position waits for it', async () => {
  const store = '0a1b2c3d4e'
  const db = openFile(monolith)
  const headers = { ...as(ann.userId), 'emotibot-position': encodePosition({ [store]: 10 }) }
  follow(db, { of: 'conversation', store, xid: 10 })
  for (const path of [turnPath(turnId), FELT]) expect(await ask(path, headers)).toMatchObject({ status: 503 })
  follow(db, { of: 'conversation', store, xid: 11 })
  for (const path of [turnPath(turnId), FELT]) expect(await ask(path, headers)).toMatchObject({ status: 200 })
})
