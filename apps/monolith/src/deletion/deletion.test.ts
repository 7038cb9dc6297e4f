import { createLogger } from '@emotibot/service-kit'
import type Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { createLiveHub } from '../realtime/live-hub.ts'
import { openStore } from '../store/open-store.ts'
import {
  apply,
  applyDeletionOfUser,
  giveUp,
  nothing,
  openFile,
  takeBack,
  without,
} from '../testing/other-side.ts'
import {
  type Monolith,
  newConversation,
  newcomer,
  type SignedIn,
  signIn,
  startMonolith,
} from '../testing/start-monolith.ts'
import { createFollowTombstones } from './follow-tombstones.ts'

const ANSWERS = 'conversation_idempotency_keys'
const TABLES = ['users', 'sessions', 'threads', 'conversations', 'feedback', ANSWERS] as const

/** How many rows each table has of a user; none of a table that has none. */
function rowsOf(db: Database.Database, userId: string): Record<string, number> {
  const counts = TABLES.map((table) => {
    const column = table === 'users' ? 'id' : 'user_id'
    const count = db.prepare<[string], number>(`SELECT count(*) FROM ${table} WHERE ${column} = ?`).pluck()
    return [table, count.get(userId) ?? 0] as const
  })
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}

/** Somebody with a row in every group. */
async function talker(monolith: Monolith, username: string): Promise<SignedIn> {
  const user = await newcomer(monolith, username)
  const params = { id: await newConversation(user) }
  const headers = { 'idempotency-key': `of-${username}` }
  const sent = await user.client.call('conversation.send', { params, body: { text: 'hello' }, headers })
  if (!sent.ok) throw new Error(sent.body.message)
  await user.client.call('emotion.feedback', { body: { turn_id: sent.body.turn.id, emotion: 'sad' } })
  return user
}

const EVERYWHERE = { users: 1, sessions: 1, threads: 1, conversations: 1, feedback: 1, [ANSWERS]: 1 }

async function openSocket({ url }: Monolith, { headers }: SignedIn): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers: { ...headers, origin: url } })
  onTestFinished(() => socket.terminate())
  await new Promise((done, fail) => socket.once('message', done).once('error', fail))
  return socket
}

const closeOf = (socket: WebSocket) => new Promise<number>((done) => socket.once('close', done))

describe('an account that is deleted here', () => {
  test('is gone from every group, with what it was answered before it had an id', async () => {
    const monolith = await startMonolith()
    const db = openFile(monolith)
    const bob = await talker(monolith, 'bob')
    const body = { username: 'ann', email: 'ann@example.org', password: 'pass word' }
    await monolith.client.call('auth.register', { body, headers: { 'idempotency-key': 'made' } })
    const ann = await signIn(monolith, 'ann')
    await newConversation(ann)
    expect((await ann.client.call('auth.delete', {})).status).toBe(204)
    expect(rowsOf(db, ann.userId)).toEqual({})
    expect(db.prepare('SELECT count(*) FROM auth_idempotency_keys').pluck().get()).toBe(0)
    expect(rowsOf(db, bob.userId)).toEqual(EVERYWHERE)
  })

  test('is deleted where its account is owned: the other side is asked, and nothing has happened here', async () => {
    const monolith = await startMonolith()
    const ann = await talker(monolith, 'ann')
    const db = openFile(monolith)
    giveUp(db, 'auth', without('ann'))
    expect(Number((await ann.client.call('auth.delete', {})).status)).toBe(409)
    expect(rowsOf(db, ann.userId)).toEqual(EVERYWHERE)
  })

  test('leaves the rows of a group that the other side owns to that side', async () => {
    const monolith = await startMonolith()
    const ann = await talker(monolith, 'ann')
    const db = openFile(monolith)
    giveUp(db, 'conversation', without('ann'))
    expect((await ann.client.call('auth.delete', {})).status).toBe(204)
    expect(rowsOf(db, ann.userId)).toEqual({ threads: 1, conversations: 1, [ANSWERS]: 1 })
  })

  test('is finished at the next start when a crash came in between', async () => {
    const first = await startMonolith()
    const ann = await talker(first, 'ann')
    const bob = await talker(first, 'bob')
    await first.close()
    const db = openFile(first)
    // What the first transaction of a deletion leaves.
    applyDeletionOfUser(db, 'ann', ann.userId)
    expect(rowsOf(db, ann.userId)).toEqual({ threads: 1, conversations: 1, feedback: 1, [ANSWERS]: 1 })
    const second = await startMonolith({ file: first.file })
    await expect(signIn(second, 'ann')).rejects.toThrow('not right')
    await expect.poll(() => rowsOf(db, ann.userId)).toEqual({})
    expect(rowsOf(db, bob.userId)).toEqual(EVERYWHERE)
  })
})

describe('rows of one who is gone', () => {
  test('are removed under the owner that they name, whatever the deletion says', async () => {
    const monolith = await startMonolith()
    const ann = await talker(monolith, 'Ann')
    const db = openFile(monolith)
    giveUp(db, 'emotion', without('ann'))
    applyDeletionOfUser(db, '', ann.userId)
    await expect.poll(() => rowsOf(db, ann.userId), { timeout: 5_000 }).toEqual({ feedback: 1 })
    const marked = db.prepare(
      "SELECT DISTINCT partition FROM feed WHERE write_group = 'conversation' AND origin = 'monolith'",
    )
    expect(marked.pluck().all()).toEqual(['ann'])
  })

  test('that the other side removes are removed by the mover, and their tombstones are here', async () => {
    const monolith = await startMonolith()
    const ann = await talker(monolith, 'ann')
    const db = openFile(monolith)
    giveUp(db, 'conversation', nothing)
    apply(db, { group: 'conversation', partition: 'ann' }, () => {
      for (const table of ['conversations', 'threads', ANSWERS]) db.exec(`DELETE FROM ${table}`)
    })
    expect(rowsOf(db, ann.userId)).toEqual({ users: 1, sessions: 1, feedback: 1 })
    const entities = db.prepare("SELECT entity FROM tombstones WHERE entity <> 'session' ORDER BY 1")
    expect(entities.pluck().all()).toEqual(['conversation', 'turn'])
  })

  test('that were left to the other side are removed once they are owned here', async () => {
    const first = await startMonolith()
    const ann = await talker(first, 'ann')
    const db = openFile(first)
    giveUp(db, 'conversation', nothing)
    expect((await ann.client.call('auth.delete', {})).status).toBe(204)
    const left = { threads: 1, conversations: 1, [ANSWERS]: 1 }
    expect(rowsOf(db, ann.userId)).toEqual(left)
    await first.close()
    takeBack(db, 'conversation')
    await startMonolith({ file: first.file })
    await expect.poll(() => rowsOf(db, ann.userId), { timeout: 5_000 }).toEqual({})
  })
})

describe('an account that is deleted on the other side', () => {
  test('loses its rows and its sockets here once that has arrived', async () => {
    const monolith = await startMonolith()
    const db = openFile(monolith)
    const ann = await talker(monolith, 'ann')
    const bob = await talker(monolith, 'bob')
    const closed = closeOf(await openSocket(monolith, ann))
    const stays = await openSocket(monolith, bob)
    applyDeletionOfUser(db, 'ann', ann.userId)
    expect((await ann.client.call('conversation.create', { body: {} })).status).toBe(401)
    expect(await closed).toBe(4001)
    await expect.poll(() => rowsOf(db, ann.userId), { timeout: 10_000 }).toEqual({})
    expect(rowsOf(db, bob.userId)).toEqual(EVERYWHERE)
    expect(stays.readyState).toBe(WebSocket.OPEN)
  })

  test('a session that ended there loses its sockets here too', async () => {
    const monolith = await startMonolith()
    const ann = await newcomer(monolith, 'ann')
    const other = await signIn(monolith, 'ann')
    const [closed, stays] = [closeOf(await openSocket(monolith, ann)), await openSocket(monolith, other)]
    const db = openFile(monolith)
    const sid = JSON.parse(Buffer.from(ann.token.split('.')[1] ?? '', 'base64url').toString()).sid as string
    apply(db, { group: 'auth', partition: 'ann' }, () =>
      db.prepare('DELETE FROM sessions WHERE id = ?').run(sid),
    )
    expect(await closed).toBe(4001)
    expect(stays.readyState).toBe(WebSocket.OPEN)
  })
})

/** The chore by itself over a file with Ann and Bob: what it removed, a disk that may be full, and a clock. */
async function startFollowing() {
  const monolith = await startMonolith()
  const ann = await newcomer(monolith, 'ann')
  const bob = await newcomer(monolith, 'bob')
  await monolith.close()
  const store = openStore({ file: monolith.file, logger: createLogger('test', 'silent') })
  onTestFinished(() => store.close())
  const removed: string[] = []
  const around = { isFull: false, nowMs: 0 }
  const chore = createFollowTombstones({
    store,
    hub: createLiveHub(),
    now: () => around.nowMs,
    async removeRest(userId) {
      if (around.isFull) throw new Error('the disk is full')
      removed.push(userId)
    },
  })
  const follow = () => chore(new AbortController().signal)
  await follow()
  return { ann, bob, db: openFile(monolith), removed, around, follow }
}

test('what could not be removed is taken up again, and nothing is passed over', async () => {
  const { ann, bob, db, removed, around, follow } = await startFollowing()
  applyDeletionOfUser(db, 'ann', ann.userId)
  around.isFull = true
  await expect(follow()).rejects.toThrow('full')
  applyDeletionOfUser(db, 'bob', bob.userId)
  around.isFull = false
  await follow()
  expect(new Set(removed)).toEqual(new Set([ann.userId, bob.userId]))
  removed.length = 0
  await follow()
  expect(removed).toEqual([])
})

test('rows that come after the tombstone of their user are found within a minute', async () => {
  const { ann, db, removed, around, follow } = await startFollowing()
  applyDeletionOfUser(db, 'ann', ann.userId)
  await follow()
  removed.length = 0
  const addThread = db.prepare("INSERT INTO threads VALUES ('t', ?, 'T', '', '', 1, 'ann')")
  apply(db, { group: 'conversation', partition: 'ann' }, () => addThread.run(ann.userId))
  around.nowMs += 59_000
  await follow()
  expect(removed).toEqual([])
  around.nowMs += 1_000
  await follow()
  expect(removed).toEqual([ann.userId])
})
