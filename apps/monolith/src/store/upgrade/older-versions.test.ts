import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createLogger } from '@emotibot/service-kit'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { addLegacyTurn } from '../../testing/legacy-file.ts'
import { makeVersion1, makeVersion2, makeVersion3 } from '../../testing/older-file.ts'
import { applyDeletionOfUser, openFile } from '../../testing/other-side.ts'
import {
  type Monolith,
  newConversation,
  newcomer,
  SECRET,
  type SignedIn,
  signIn,
  startMonolith,
} from '../../testing/start-monolith.ts'
import { openStore } from '../open-store.ts'

const older = [
  ['1', makeVersion1],
  ['2', makeVersion2],
  ['3', makeVersion3],
] as const

const register = (monolith: Monolith, username: string, key: string) =>
  monolith.client.call('auth.register', {
    body: { username, email: `${username}@example.org`, password: 'pass word' },
    headers: { 'idempotency-key': key },
  })

const create = ({ client }: SignedIn, key: string) =>
  client.call('conversation.create', { body: {}, headers: { 'idempotency-key': key } })

const feel = ({ client }: SignedIn, turnId: string, key: string) =>
  client.call('emotion.feedback', {
    body: { turn_id: turnId, emotion: 'sad' },
    headers: { 'idempotency-key': key },
  })

async function send(user: SignedIn, text = 'hello'): Promise<string> {
  const params = { id: await newConversation(user) }
  const answer = await user.client.call('conversation.send', { params, body: { text } })
  if (!answer.ok) throw new Error(answer.body.message)
  return answer.body.turn.id
}

/** The file of a monolith that has stopped, as an earlier version kept it. */
async function leaveFile(fill: (monolith: Monolith) => Promise<void>, make: (file: string) => void) {
  const monolith = await startMonolith()
  await fill(monolith)
  await monolith.close()
  make(monolith.file)
  return monolith.file
}

const upgrade = (file: string) => openStore({ file, logger: createLogger('test', 'silent') }).close()

describe.each(older)('a file of version %s', (_version, make) => {
  test('keeps its answers, those of each domain in a table that is fed', async () => {
    let turnId = ''
    const file = await leaveFile(async (monolith) => {
      await register(monolith, 'ann', 'key-1')
      const ann = await signIn(monolith, 'ann')
      await create(ann, 'key-2')
      turnId = await send(ann)
      await feel(ann, turnId, 'key-3')
    }, make)
    const monolith = await startMonolith({ file })
    const db = openFile({ file })
    const tables = ['auth', 'conversation', 'emotion'].map((domain) => `${domain}_idempotency_keys`)
    const keys = tables.map((table) => db.prepare(`SELECT key FROM ${table}`).pluck().all())
    expect(keys).toEqual([['key-1'], ['key-2'], ['key-3']])
    const countOf = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
    const before = [countOf('threads'), countOf('feed')]
    const ann = await signIn(monolith, 'ann')
    expect((await register(monolith, 'ann', 'key-1')).status).toBe(201)
    expect((await create(ann, 'key-2')).status).toBe(201)
    expect((await feel(ann, turnId, 'key-3')).status).toBe(201)
    expect((await register(monolith, 'bob', 'key-1')).status).toBe(422)
    // Nothing but the session of the login is new.
    expect([countOf('threads'), countOf('feed')]).toEqual([before[0], Number(before[1]) + 1])
    await create(ann, 'key-4')
    await feel(ann, turnId, 'key-5')
    const entries = db.prepare(
      "SELECT write_group FROM feed WHERE entity LIKE '%answer' ORDER BY seq DESC LIMIT 2",
    )
    expect(entries.pluck().all()).toEqual(['emotion', 'conversation'])
    for (const table of tables) expect(() => db.exec(`DELETE FROM ${table}`)).toThrow('EMOTIBOT_UNMARKED')
  })

  test('says of every row whose it is', async () => {
    const file = await leaveFile(async (monolith) => {
      const ann = await newcomer(monolith, 'Ann')
      await feel(ann, await send(ann), 'key')
    }, make)
    const old = new Database(file)
    addLegacyTurn({ file, db: old }, 'of nobody', null)
    old.close()
    upgrade(file)
    const db = openFile({ file })
    const keysOf = (table: string) => db.prepare(`SELECT owner_key FROM ${table} ORDER BY 1`).pluck().all()
    expect(['threads', 'conversations', 'feedback'].map(keysOf)).toEqual([['ann'], ['', 'ann'], ['ann']])
  })

  test('has the turns adopted that the old application added to it', async () => {
    const file = await leaveFile(async (monolith) => {
      await newcomer(monolith, 'ann')
    }, make)
    const old = new Database(file)
    const userId = old.prepare<[], string>('SELECT id FROM users').pluck().get() ?? ''
    addLegacyTurn({ file, db: old }, 't1', userId, { user_message: 'an old one' })
    old.close()
    const ann = await signIn(await startMonolith({ file }), 'ann')
    const found = await ann.client.call('conversation.search', { query: { q: 'old' } })
    expect(found).toMatchObject({ body: { turns: [{ id: 't1', reply_status: 'complete' }] } })
    const row = openFile({ file }).prepare('SELECT owner_key, seq FROM conversations').get()
    expect(row).toEqual({ owner_key: 'ann', seq: 1 })
  })

  test('is as a new one is', async () => {
    const [file, fresh] = [await leaveFile(async () => undefined, make), (await startMonolith()).file]
    await startMonolith({ file })
    expect(schemaOf(file)).toEqual(schemaOf(fresh))
  })
})

describe.each(older.slice(0, 2))('a file of version %s', (_version, make) => {
  test('has the deletion finished that it noted', async () => {
    const file = await leaveFile(async (monolith) => {
      await newConversation(await newcomer(monolith, 'ann'))
      await newcomer(monolith, 'bob')
    }, make)
    const old = new Database(file)
    old.exec(`INSERT INTO account_deletions SELECT id, username_key, '' FROM users WHERE username = 'ann'`)
    old.close()
    const monolith = await startMonolith({ file })
    await expect(signIn(monolith, 'ann')).rejects.toThrow('not right')
    const db = openFile({ file })
    const countOf = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
    expect(countOf('users')).toBe(1)
    await expect.poll(() => countOf('threads')).toBe(0)
    await signIn(monolith, 'bob')
    expect(db.prepare("SELECT count(*) FROM tombstones WHERE entity = 'user'").pluck().get()).toBe(1)
  })
})

describe.each(older.slice(1))('a file of version %s', (_version, make) => {
  test('knows from its feed whose the rows are of a user who is gone', async () => {
    let userId = ''
    const file = await leaveFile(async (monolith) => {
      const ann = await newcomer(monolith, 'Ann')
      userId = ann.userId
      await feel(ann, await send(ann), 'key')
    }, make)
    const old = openFile({ file })
    applyDeletionOfUser(old, 'ann', userId)
    upgrade(file)
    const keysOf = (table: string) => old.prepare(`SELECT owner_key FROM ${table}`).pluck().all()
    expect(['threads', 'conversations', 'feedback'].map(keysOf)).toEqual([['ann'], ['ann'], ['ann']])
  })
})

/** Tables, their columns, indexes and triggers. */
function schemaOf(file: string) {
  const db = openFile({ file })
  const columns = db
    .prepare(
      `SELECT t.name AS "table", c.name, c.type, c."notnull", c.pk FROM sqlite_schema t, pragma_table_info(t.name) c
       WHERE t.type = 'table' ORDER BY 1, 2`,
    )
    .all()
  const others = db
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') ORDER BY 2")
    .all()
  const groups = db.prepare('SELECT write_group, low, high FROM authority ORDER BY 1').all()
  return { columns, others, groups, version: db.pragma('user_version', { simple: true }) }
}

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url))
const COUNT = 100_000

/** A file of an earlier version with as many turns and kept answers. A rollback journal shows that its upgrade is under way. */
async function leaveLargeFile(make: (file: string) => void): Promise<string> {
  const file = await leaveFile(async (monolith) => {
    await newConversation(await newcomer(monolith, 'ann'))
  }, make)
  const old = new Database(file)
  old.pragma('journal_mode = DELETE')
  const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${COUNT})`
  old.exec(`
    ${numbers} INSERT INTO conversations
      (id, user_id, user_message, bot_message, timestamp, thread_id, seq, docid, time_key)
      SELECT 't' || i, user_id, 'number ' || i, 'yes', '2021-03-04', threads.id, i, i, '2021-03-04T00:00:00.000Z'
      FROM n, threads;
    ${numbers} INSERT INTO idempotency_keys
      SELECT '', 'k' || i, 'conversation', 'ann', 'conversation.send', 'h', 201, '{}', 0 FROM n;`)
  old.close()
  return file
}

/** Starts a monolith over the file, and kills it while it upgrades. */
async function killInTheMiddle(file: string): Promise<void> {
  const env = { EMOTIBOT_SQLITE_FILE: file, LEGACY_JWT_SECRET: SECRET, EMOTIBOT_LOG_LEVEL: 'silent' }
  const monolith = spawn(process.execPath, [MAIN], { env, stdio: 'ignore' })
  await expect.poll(() => existsSync(`${file}-journal`), { timeout: 30_000, interval: 2 }).toBe(true)
  monolith.kill('SIGKILL')
  await once(monolith, 'exit')
}

test.each([
  [2, makeVersion2],
  [3, makeVersion3],
])(
  'a file of version %i with 100,000 turns is left as it was by a process that is killed in the middle, and made whole by the next',
  async (version, make) => {
    const file = await leaveLargeFile(make)
    const before = schemaOf(file)
    await killInTheMiddle(file)
    expect(schemaOf(file)).toEqual(before)
    const countOf = (what: string) => openFile({ file }).prepare(`SELECT count(*) FROM ${what}`).pluck().get()
    expect([before.version, countOf('conversations'), countOf('idempotency_keys')]).toEqual([
      version,
      COUNT,
      COUNT,
    ])
    const startedMs = performance.now()
    upgrade(file)
    expect(performance.now() - startedMs).toBeLessThan(20_000)
    const owned = countOf("conversations WHERE owner_key = 'ann' AND emotion_status = 'complete'")
    expect([owned, countOf('conversation_idempotency_keys')]).toEqual([COUNT, COUNT])
  },
)
