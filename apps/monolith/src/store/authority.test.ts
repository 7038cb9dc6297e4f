import { INTERNAL_ERRORS, StaleEpochBody } from '@emotibot/contracts'
import { OWNS_ALL, type Rule } from '@emotibot/sync'
import Database from 'better-sqlite3'
import { Value } from 'typebox/value'
import { expect, onTestFinished, test } from 'vitest'
import {
  type Monolith,
  newConversation,
  newcomer,
  register,
  signIn,
  startMonolith,
} from '../testing/start-monolith.ts'

function openFile({ file }: Monolith): Database.Database {
  const db = new Database(file)
  onTestFinished(() => void db.close())
  return db
}

/** What a flip leaves behind at its source. */
function giveUp(db: Database.Database, group: string, { low, high, deny }: Rule): void {
  db.prepare('UPDATE authority SET epoch = epoch + 1, low = ?, high = ?, deny = ? WHERE write_group = ?').run(
    low,
    high,
    JSON.stringify(deny),
    group,
  )
}

const without = (...deny: string[]): Rule => ({ ...OWNS_ALL, deny })

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

test('a login by e-mail is a write of the user it means', async () => {
  const monolith = await startMonolith()
  await register(monolith, 'ann')
  giveUp(openFile(monolith), 'auth', without('ann'))
  const login = await monolith.client.call('auth.login', {
    body: { username: 'ann@example.org', password: 'pass word' },
  })
  expect(login).toMatchObject({ status: 409, body: { code: 'STALE_EPOCH' } })
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
