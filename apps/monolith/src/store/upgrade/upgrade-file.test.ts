import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLogger } from '@emotibot/service-kit'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { addLegacyTurn, addLegacyUser, createLegacyFile, PASSWORD } from '../../testing/legacy-file.ts'
import { makeVersion1 } from '../../testing/older-file.ts'
import { type SignedIn, signIn, startMonolith, testFolder } from '../../testing/start-monolith.ts'
import { openStore } from '../open-store.ts'

const logger = createLogger('test', 'silent')

/** Every legacy column of every row, as the file holds it. */
function legacyRows(file: string) {
  const db = new Database(file, { readonly: true })
  try {
    return {
      users: db
        .prepare('SELECT id, username, email, password_hash, created_at FROM users ORDER BY rowid')
        .all(),
      turns: db
        .prepare(
          `SELECT id, user_id, user_message, bot_message, detected_emotion, confidence, polarity, subjectivity,
             timestamp FROM conversations ORDER BY rowid`,
        )
        .all(),
    }
  } finally {
    db.close()
  }
}

function upgrade(file: string): void {
  openStore({ file, logger }).close()
}

async function earlierTurns(user: SignedIn) {
  const list = await user.client.call('conversation.list', {})
  const [earlier] = list.ok ? list.body.conversations : []
  const answer = await user.client.call('conversation.history', { params: { id: earlier?.id ?? '' } })
  return { list, turns: answer.ok ? answer.body.turns : [] }
}

test('users of an old file sign in and find their turns in one conversation, in order', async () => {
  const old = createLegacyFile()
  addLegacyUser(old, 'u1', 'Ann', 'ann@x.org')
  addLegacyTurn(old, 't2', 'u1', { user_message: 'second', timestamp: '2021-03-04 05:06:07.200000' })
  addLegacyTurn(old, 't1', 'u1', { user_message: 'first', timestamp: '2021-03-04T05:06:07.100000' })
  addLegacyTurn(old, 't3', 'u1', { user_message: 'third', timestamp: '2021-03-04 05:06:07.200000' })
  old.db.close()
  const monolith = await startMonolith({ file: old.file })
  const ann = await signIn(monolith, 'ann', PASSWORD)
  const { list, turns } = await earlierTurns(ann)
  expect(list).toMatchObject({
    body: { conversations: [{ title: 'Earlier conversations' }], next_before: null },
  })
  expect(turns.map(({ user_message }) => user_message)).toEqual(['first', 'second', 'third'])
  expect(turns[0]).toMatchObject({
    id: 't1',
    reply_status: 'complete',
    timestamp: '2021-03-04T05:06:07.100Z',
  })
  const search = await ann.client.call('conversation.search', { query: { q: 'seco' } })
  expect(search).toMatchObject({ body: { turns: [{ id: 't2' }] } })
})

test('an old file takes new turns, also where it forbids an empty bot_message', async () => {
  const old = createLegacyFile()
  addLegacyUser(old, 'u1', 'Ann', 'ann@x.org')
  addLegacyTurn(old, 't1', 'u1')
  old.db.close()
  const ann = await signIn(await startMonolith({ file: old.file }), 'Ann', PASSWORD)
  const { turns } = await earlierTurns(ann)
  const id = turns[0]?.conversation_id ?? ''
  const sent = await ann.client.call('conversation.send', { params: { id }, body: { text: 'new' } })
  expect(sent).toMatchObject({ status: 201, body: { turn: { reply_status: 'complete' } } })
  expect((await earlierTurns(ann)).turns.map(({ user_message }) => user_message)).toEqual(['hi', 'new'])
  expect((await ann.client.call('auth.delete', {})).status).toBe(204)
})

test('opening rewrites nothing that an old row holds, and opening again changes nothing', () => {
  const old = createLegacyFile()
  addLegacyUser(old, 'u1', 'Ann', null)
  addLegacyTurn(old, 't1', 'u1', { user_message: 'nul \0 inside', timestamp: 1_614_834_367 })
  addLegacyTurn(old, 't2', 'nobody-there', { detected_emotion: null, confidence: -3, polarity: 'much' })
  addLegacyTurn(old, 't3', null, { timestamp: 'yesterday', subjectivity: null })
  old.db.close()
  const before = legacyRows(old.file)
  upgrade(old.file)
  expect(legacyRows(old.file)).toEqual(before)
  const once = everything(old.file)
  upgrade(old.file)
  expect(everything(old.file)).toEqual(once)
})

function everything(file: string) {
  const db = new Database(file, { readonly: true })
  try {
    const tables = ['users', 'conversations', 'threads', 'turn_words_docsize', 'feed']
    return tables.map((table) => db.prepare(`SELECT * FROM ${table}`).all())
  } finally {
    db.close()
  }
}

test('whatever an old row holds is answered', async () => {
  const old = createLegacyFile()
  addLegacyUser(old, 'u1', 'Ann', null)
  const rows = [
    { user_message: 'nul \0 inside' },
    { user_message: Buffer.from([0x68, 0xed, 0xa0, 0x80, 0x69]) },
    { timestamp: null, detected_emotion: null, confidence: null, polarity: null, subjectivity: null },
    { timestamp: 1_614_834_367, confidence: 'high', polarity: Number.POSITIVE_INFINITY, subjectivity: '0.5' },
    { timestamp: 'yesterday', detected_emotion: 'joy', confidence: -1 },
  ]
  for (const [at, row] of rows.entries()) addLegacyTurn(old, at === 2 ? null : `t${at}`, 'u1', row)
  old.db.close()
  const ann = await signIn(await startMonolith({ file: old.file }), 'Ann', PASSWORD)
  const { turns } = await earlierTurns(ann)
  const byText = (text: string) => turns.find(({ timestamp }) => timestamp === text)
  expect(turns).toHaveLength(rows.length)
  expect(turns.some(({ user_message }) => user_message === 'nul \0 inside')).toBe(true)
  expect(byText('')).toMatchObject({
    detected_emotion: null,
    confidence: null,
    id: expect.stringMatching(/^[\w-]{36}$/),
  })
  expect(byText('1614834367')).toMatchObject({ confidence: null, polarity: null, subjectivity: 0.5 })
  expect(byText('yesterday')).toMatchObject({ detected_emotion: 'joy', confidence: -1 })
  for (const key of ['conversation.export', 'emotion.trends', 'ai.insights', 'auth.me'] as const)
    expect((await ann.client.call(key, {})).status, key).toBe(200)
})

test('two old names that fold to one both sign in by their own spelling', async () => {
  const old = createLegacyFile()
  addLegacyUser(old, 'u1', 'Émilie', 'one@x.org')
  addLegacyUser(old, 'u2', 'émilie', 'two@x.org')
  addLegacyUser(old, 'u3', 'E\u0301milie', null)
  old.db.close()
  const monolith = await startMonolith({ file: old.file })
  const ids = []
  for (const name of ['Émilie', 'émilie', 'E\u0301milie', 'two@x.org'])
    ids.push((await signIn(monolith, name, PASSWORD)).userId)
  expect(ids).toEqual(['u1', 'u2', 'u3', 'u2'])
})

test('an inactive user is refused, and one of an older file without the column is not', async () => {
  const tables = `
    CREATE TABLE users (id TEXT PRIMARY KEY, username TEXT, email TEXT, password_hash TEXT, created_at TEXT);
    CREATE TABLE conversations (id TEXT PRIMARY KEY, user_id TEXT, user_message TEXT, bot_message TEXT, timestamp TEXT)`
  const withoutColumn = createLegacyFile(tables)
  withoutColumn.db.exec(`INSERT INTO users VALUES ('u1', 'Ann', 'a@x.org', '${hashOf()}', NULL)`)
  withoutColumn.db.close()
  expect((await signIn(await startMonolith({ file: withoutColumn.file }), 'ann', PASSWORD)).userId).toBe('u1')
  const withColumn = createLegacyFile()
  addLegacyUser(withColumn, 'u1', 'Ann', null)
  withColumn.db.exec('UPDATE users SET is_active = 0')
  withColumn.db.close()
  await expect(signIn(await startMonolith({ file: withColumn.file }), 'ann', PASSWORD)).rejects.toThrow(
    'not right',
  )
})

function hashOf(): string {
  const { db } = createLegacyFile()
  addLegacyUser({ file: '', db }, 'x', 'x', 'x')
  const row = db.prepare<[], { password_hash: string }>('SELECT password_hash FROM users').get()
  db.close()
  return row?.password_hash ?? ''
}

test('a failure in the middle leaves the old file as it was', () => {
  const old = createLegacyFile()
  addLegacyUser(old, 'u1', 'Ann', null)
  for (let at = 0; at < 5; at++) addLegacyTurn(old, `t${at}`, 'u1')
  old.db.exec(`CREATE TRIGGER disk_on_fire BEFORE UPDATE ON conversations WHEN old.id = 't3'
    BEGIN SELECT RAISE(ABORT, 'disk on fire'); END`)
  old.db.close()
  const before = readFileSync(old.file)
  expect(() => upgrade(old.file)).toThrow('disk on fire')
  expect(readFileSync(old.file).equals(before)).toBe(true)
  const db = new Database(old.file)
  db.exec('DROP TRIGGER disk_on_fire')
  db.close()
  upgrade(old.file)
  expect(everything(old.file)[1]).toHaveLength(5)
})

test('what the old application adds to an upgraded file is refused: it would not be in the feed', () => {
  const old = createLegacyFile()
  addLegacyUser(old, 'u1', 'Ann', null)
  old.db.close()
  upgrade(old.file)
  const db = new Database(old.file)
  onTestFinished(() => void db.close())
  expect(() => addLegacyUser({ ...old, db }, 'u2', 'Bob', null)).toThrow('EMOTIBOT_UNMARKED')
  expect(() => addLegacyTurn({ ...old, db }, 't1', 'u1')).toThrow('EMOTIBOT_UNMARKED')
})

test('a file of the version before there were feeds gets them, and keeps its rows', () => {
  const old = createLegacyFile()
  addLegacyUser(old, 'u1', 'Ann', null)
  old.db.close()
  upgrade(old.file)
  makeVersion1(old.file)
  const db = new Database(old.file)
  onTestFinished(() => void db.close())
  addLegacyUser({ ...old, db }, 'u2', 'Bob', null)
  upgrade(old.file)
  expect(db.prepare('SELECT username_key FROM users ORDER BY id').pluck().all()).toEqual(['ann', 'bob'])
  expect(db.prepare('SELECT write_group FROM authority ORDER BY 1').pluck().all()).toEqual([
    'auth',
    'auth.claim',
    'conversation',
    'emotion',
  ])
  expect(() => db.exec("DELETE FROM users WHERE id = 'u1'")).toThrow('EMOTIBOT_UNMARKED')
})

test.each([
  [
    'no database at all',
    (file: string) => writeFileSync(file, 'just some text, long enough to be a header of a file'),
  ],
  ["another application's database", (file: string) => makeDatabase(file, 'CREATE TABLE songs (id, name)')],
  [
    'a users table of another kind',
    (file: string) => makeDatabase(file, 'CREATE TABLE users (id, mail); CREATE TABLE conversations (id)'),
  ],
  ['a database of a newer EmotiBot', (file: string) => makeNewer(file)],
  ['a damaged database', (file: string) => makeDamaged(file)],
])('%s is refused and left as it is', (_what, make) => {
  const file = join(testFolder(), 'some.sqlite')
  make(file)
  const before = readFileSync(file)
  expect(() => upgrade(file)).toThrow(
    /cannot be opened as an EmotiBot database: .+ The file was left as it is\.$/s,
  )
  expect(readFileSync(file).equals(before)).toBe(true)
})

function makeDatabase(file: string, sql: string): void {
  const db = new Database(file)
  db.exec(sql)
  db.close()
}

function makeNewer(file: string): void {
  upgrade(file)
  makeDatabase(file, 'PRAGMA user_version = 999')
}

function makeDamaged(file: string): void {
  makeDatabase(
    file,
    `CREATE TABLE users (id, username, password_hash); CREATE TABLE conversations (id);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
    INSERT INTO users SELECT i, 'name' || i, 'hash' FROM n`,
  )
  const bytes = readFileSync(file)
  bytes.fill(0xff, 4_096, 12_000)
  writeFileSync(file, bytes)
}
