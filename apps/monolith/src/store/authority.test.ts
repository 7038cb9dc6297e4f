import { INTERNAL_ERRORS, StaleEpochBody } from '@emotibot/contracts'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { giveUp, nothing, openFile, without } from '../testing/other-side.ts'
import {
  type Monolith,
  newConversation,
  newcomer,
  register,
  signIn,
  startMonolith,
} from '../testing/start-monolith.ts'

test('a write for a partition that was given up is refused unexecuted, with the row that refused it', async () => {
  const monolith = await startMonolith()
  const ann = await newcomer(monolith, 'Ann')
  const bob = await newcomer(monolith, 'bob')
  giveUp(openFile(monolith), 'auth', without('ann'))
  const refused = await ann.client.call('auth.logout', {})
  expect(refused.status).toBe(INTERNAL_ERRORS.STALE_EPOCH.status)
  expect(Value.Check(StaleEpochBody, refused.body)).toBe(true)
  expect(refused.body).toMatchObject({
    code: 'STALE_EPOCH',
    authority: { group: 'auth', epoch: 2, rule: { deny: ['ann'] } },
  })
  expect((await ann.client.call('auth.me', {})).status).toBe(200)
  expect((await bob.client.call('auth.logout', {})).status).toBe(204)
})

describe('a login', () => {
  const login = (monolith: Monolith, username: string, password = 'pass word') =>
    monolith.client.call('auth.login', { body: { username, password } })
  const misdirected = { status: 421, body: { code: 'MISDIRECTED' } }

  test('of a user whom the other side judges is sent there, by name and by e-mail, before the password is looked at', async () => {
    const monolith = await startMonolith()
    await register(monolith, 'ann')
    giveUp(openFile(monolith), 'auth', without('ann'))
    for (const name of ['ann', 'Ann', 'ann@example.org']) {
      expect(await login(monolith, name, 'wrong')).toMatchObject(misdirected)
      const answer = await login(monolith, name)
      expect(answer).toMatchObject(misdirected)
      expect(answer.headers.get('emotibot-refused')).toBe('misdirected')
    }
  })

  test('of an unknown name is judged by the home of all names', async () => {
    const monolith = await startMonolith()
    const db = openFile(monolith)
    giveUp(db, 'auth', nothing)
    expect((await login(monolith, 'nobody')).status).toBe(401)
    giveUp(db, 'auth.claim', nothing)
    expect(await login(monolith, 'nobody')).toMatchObject(misdirected)
  })
})

test('what is not owned here is refused before anything is hashed for it', async () => {
  const monolith = await startMonolith()
  const ann = await newcomer(monolith, 'ann')
  const db = openFile(monolith)
  giveUp(db, 'auth', nothing)
  giveUp(db, 'auth.claim', nothing)
  // More than may be hashed or wait for it at once: who came to that would be answered 503.
  const many = Array.from({ length: 150 }, (_, at) => at)
  const password = { current_password: 'pass word', new_password: 'new' }
  const answers = await Promise.all([
    ...many.map((at) =>
      monolith.client.call('auth.register', {
        body: { username: `u${at}`, email: `${at}@x.org`, password: 'x' },
      }),
    ),
    ...many.map(() => ann.client.call('auth.password', { body: password })),
  ])
  expect(new Set(answers.map(({ status }) => Number(status)))).toEqual(new Set([409]))
  expect(answers[0]?.headers.get('emotibot-refused')).toBe('stale-epoch')
})

test('what one group gave up does not stop the others', async () => {
  const monolith = await startMonolith()
  const ann = await newcomer(monolith, 'ann')
  giveUp(openFile(monolith), 'auth', without('ann'))
  await newConversation(ann)
  giveUp(openFile(monolith), 'conversation', without('ann'))
  await expect(newConversation(ann)).rejects.toThrow('does not own')
})

test('the feed names every user and session that a write touched, under its mark', async () => {
  const monolith = await startMonolith()
  const ann = await newcomer(monolith, 'Ann')
  await (await signIn(monolith, 'ann')).client.call('auth.logout', {})
  await ann.client.call('auth.delete', {})
  const db = openFile(monolith)
  const entries = db.prepare('SELECT entity, write_group, origin, partition FROM feed ORDER BY seq').all()
  const mark = { write_group: 'auth', origin: 'monolith', partition: 'ann' }
  const session = { ...mark, entity: 'session' }
  const user = { ...mark, entity: 'user' }
  expect(entries).toEqual([{ ...user, write_group: 'auth.claim' }, session, session, session, session, user])
  expect(db.prepare('SELECT entity FROM tombstones ORDER BY entity').pluck().all()).toEqual([
    'session',
    'session',
    'user',
  ])
  expect(db.prepare('SELECT count(*) FROM write_mark').pluck().get()).toBe(0)
})

test('the feed names every conversation, turn, feedback and answer too, and each row says whose it is', async () => {
  const monolith = await startMonolith()
  const { client, userId } = await newcomer(monolith, 'Ann')
  const db = openFile(monolith)
  const start = db.prepare<[], number>('SELECT max(seq) FROM feed').pluck().get() ?? 0
  const keyed = { headers: { 'idempotency-key': 'k' } }
  const created = await client.call('conversation.create', { body: {} })
  const params = { id: created.ok ? created.body.conversation.id : '' }
  const sent = await client.call('conversation.send', { params, body: { text: 'hello' }, ...keyed })
  const turnId = sent.ok ? sent.body.turn.id : ''
  await client.call('emotion.feedback', { body: { turn_id: turnId, emotion: 'sad' }, ...keyed })
  const owners = ['threads', 'conversations', 'feedback'].map((table) =>
    db.prepare(`SELECT owner_key FROM ${table}`).pluck().all(),
  )
  expect(owners).toEqual([['ann'], ['ann'], ['ann']])
  await client.call('conversation.delete', { params })
  const of = (group: string, entity: string, key: string) => ({ write_group: group, entity, key })
  const conversation = of('conversation', 'conversation', params.id)
  const turn = of('conversation', 'turn', turnId)
  const answer = (entity: string) => ({ entity, key: `${userId}\u001fk` })
  const entries = db
    .prepare('SELECT write_group, entity, key FROM feed WHERE seq > ? ORDER BY seq')
    .all(start)
  expect(entries).toEqual([
    conversation,
    conversation,
    turn,
    { write_group: 'conversation', ...answer('conversation_answer') },
    turn,
    of('emotion', 'feedback', turnId),
    { write_group: 'emotion', ...answer('emotion_answer') },
    turn,
    conversation,
  ])
  const marks = db.prepare('SELECT DISTINCT origin, partition FROM feed WHERE seq > ?').all(start)
  expect(marks).toEqual([{ origin: 'monolith', partition: 'ann' }])
  const buried = db.prepare('SELECT entity, key FROM tombstones ORDER BY entity').all()
  expect(buried).toEqual([
    { entity: 'conversation', key: params.id },
    { entity: 'turn', key: turnId },
  ])
})
