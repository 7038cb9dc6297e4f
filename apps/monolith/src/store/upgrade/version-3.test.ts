import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { makeVersion1, makeVersion2 } from '../../testing/older-file.ts'
import { openFile } from '../../testing/other-side.ts'
import {
  type Monolith,
  newConversation,
  newcomer,
  SECRET,
  signIn,
  startMonolith,
} from '../../testing/start-monolith.ts'

const older = [
  ['1', makeVersion1],
  ['2', makeVersion2],
] as const

const register = (monolith: Monolith, username: string, key: string) =>
  monolith.client.call('auth.register', {
    body: { username, email: `${username}@example.org`, password: 'pass word' },
    headers: { 'idempotency-key': key },
  })

/** The file of a monolith that has stopped, as an earlier version kept it. */
async function leaveFile(fill: (monolith: Monolith) => Promise<void>, make: (file: string) => void) {
  const monolith = await startMonolith()
  await fill(monolith)
  await monolith.close()
  make(monolith.file)
  return monolith.file
}

describe.each(older)('a file of version %s', (_version, make) => {
  test('keeps its answers, those of auth in a table that is fed', async () => {
    const file = await leaveFile(async (monolith) => {
      await register(monolith, 'ann', 'key-1')
      const ann = await signIn(monolith, 'ann')
      await ann.client.call('conversation.create', { body: {}, headers: { 'idempotency-key': 'key-2' } })
    }, make)
    const monolith = await startMonolith({ file })
    const db = openFile({ file })
    const keysOf = (table: string) => db.prepare(`SELECT key FROM ${table}`).pluck().all()
    expect([keysOf('auth_idempotency_keys'), keysOf('idempotency_keys')]).toEqual([['key-1'], ['key-2']])
    expect((await register(monolith, 'ann', 'key-1')).status).toBe(201)
    expect((await register(monolith, 'bob', 'key-1')).status).toBe(422)
    await register(monolith, 'bob', 'key-3')
    const entries = db.prepare("SELECT write_group FROM feed WHERE entity = 'answer'").pluck().all()
    expect(entries).toEqual(['auth.claim'])
    expect(() => db.exec('DELETE FROM auth_idempotency_keys')).toThrow('EMOTIBOT_UNMARKED')
  })

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

  test('is as a new one is', async () => {
    const [file, fresh] = [await leaveFile(async () => undefined, make), (await startMonolith()).file]
    await startMonolith({ file })
    expect(schemaOf(file)).toEqual(schemaOf(fresh))
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
  return { columns, others, version: db.pragma('user_version', { simple: true }) }
}

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url))
const COUNT = 60_000

test('a process that is killed while it moves the answers leaves the file of version 2', async () => {
  const file = await leaveFile(async () => undefined, makeVersion2)
  const old = new Database(file)
  // A rollback journal, as here, shows that the upgrade is under way.
  old.pragma('journal_mode = DELETE')
  old.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${COUNT})
    INSERT INTO idempotency_keys SELECT '', 'k' || i, 'auth.claim', 'p' || i, 'auth.register', 'h', 201, '{}', 0 FROM n`)
  old.close()
  const env = { EMOTIBOT_SQLITE_FILE: file, LEGACY_JWT_SECRET: SECRET, EMOTIBOT_LOG_LEVEL: 'silent' }
  const monolith = spawn(process.execPath, [MAIN], { env, stdio: 'ignore' })
  await expect.poll(() => existsSync(`${file}-journal`), { timeout: 30_000, interval: 2 }).toBe(true)
  monolith.kill('SIGKILL')
  await once(monolith, 'exit')
  const db = openFile({ file })
  expect(db.pragma('user_version', { simple: true })).toBe(2)
  expect(db.prepare('SELECT count(*) FROM idempotency_keys').pluck().get()).toBe(COUNT)
  expect(
    db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'account_deletions'").pluck().get(),
  ).toBe(1)
})
