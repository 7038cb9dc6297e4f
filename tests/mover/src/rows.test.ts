import { fold } from '@emotibot/contracts'
import { authEntities } from '@emotibot/migration-auth'
import { findFoldClashes, type LegacyValue, readText } from '@emotibot/sync'
import { anyLegacyTime, anyLegacyValue } from '@emotibot/sync/testing'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auth } from './carve-outs.ts'
import { insertExact, readExact } from './exact-rows.ts'
import { openTwoStores, type TwoStores } from './two-stores.ts'

let stores: TwoStores
beforeEach(async () => {
  stores = await openTwoStores(auth)
})
afterEach(() => stores.close())

const COLUMNS = ['username', 'email', 'password_hash', 'created_at', 'updated_at', 'is_active'] as const
type Legacy = Record<(typeof COLUMNS)[number], LegacyValue>

/** New files ask for a name, an e-mail and a hash; their columns make text of a number. */
const notNull = anyLegacyValue.filter((value) => value !== null && typeof value !== 'number')
const legacyRow: fc.Arbitrary<Legacy> = fc.record({
  username: notNull,
  email: notNull,
  password_hash: fc.oneof(fc.constant('$pbkdf2-sha256$29000$c2FsdA$aGFzaA'), notNull),
  created_at: anyLegacyTime,
  updated_at: anyLegacyTime,
  is_active: fc.oneof(fc.constantFrom<LegacyValue>(0, 1, 't', 'false', null, 2), anyLegacyValue),
})

let made = 0
const nextId = () => `00000000-0000-4000-8000-${String(++made).padStart(12, '0')}`

function addLegacy(id: string, row: Legacy): void {
  const [username_key, email_key] = [row.username, row.email].map((name) => fold(textOf(name)))
  const keyed = { ...row, username_key: username_key ?? '', email_key: email_key ?? '' }
  stores.writeLegacy(() => insertExact(stores.file, 'users', { id, ...keyed }))
}

const textOf = (value: LegacyValue): string => (value === null ? '' : readText(value))
const legacyOf = (id: string) => readExact(stores.file, 'users', id)
const plain: Legacy = {
  username: 'Émilie',
  email: 'e@x.org',
  password_hash: '$pbkdf2-sha256$29000$c2FsdA$aGFzaA',
  created_at: '2024-05-01 18:22:41.123456',
  updated_at: null,
  is_active: 1,
}

async function serviceRow(table: 'users' | 'sessions', id: string) {
  const [row] = await stores.sql`select * from ${stores.sql(table)} where id = ${id}`
  return row ?? null
}

it('both applications make the stores that the mapping was written for', async () => {
  expect(await stores.monolith.findDrift()).toEqual([])
  expect(await stores.service.findDrift()).toEqual([])
})

describe('a legacy row', () => {
  it('goes to the service and comes back as it was, whatever it holds', async () => {
    const rows = fc.sample(legacyRow, 300).map((row) => ({ id: nextId(), row }))
    for (const { id, row } of rows) addLegacy(id, row)
    const before = rows.map(({ id }) => legacyOf(id))
    await stores.settle()
    await stores.give('service')
    const ids = rows.map(({ id }) => id)
    // The service touches every row, so every row is written back.
    await stores.writeService((tx) => tx`update users set revision = revision + 1 where id = any(${ids})`)
    await stores.settle()
    const touched = before.map((row) => ({ ...(row as object), revision: 'integer 32' }))
    expect(rows.map(({ id }) => legacyOf(id))).toEqual(touched)
    expect(await stores.verify()).toMatchObject({ differences: [], unsettled: [] })
  })

  it('that no text can name is set aside with its reason, and does not hold up the others', async () => {
    const id = nextId()
    stores.writeLegacy(() =>
      stores.file
        .prepare("INSERT INTO users (id, username, email, password_hash) VALUES (x'6f6464', 'odd', '', '')")
        .run(),
    )
    addLegacy(id, plain)
    await stores.settle()
    expect(await serviceRow('users', id)).toMatchObject({ username: 'Émilie' })
    const [waiting, ...others] = await stores.service.applier.setAside('monolith', 10)
    expect([waiting?.reason, others]).toEqual([expect.stringContaining('"id"'), []])
    stores.writeLegacy(() => stores.file.exec("DELETE FROM users WHERE id = x'6f6464'"))
    await expect.poll(() => stores.service.applier.setAside('monolith', 10), { timeout: 10_000 }).toEqual([])
  })

  it('whose name is another one’s when folded is listed with it, and both arrive as they are written', async () => {
    const ids = [nextId(), nextId(), nextId()]
    for (const [at, username] of ['Émilie', 'ÉMILIE', 'Emilie'].entries())
      addLegacy(ids[at] ?? '', { ...plain, username, email: `${at}@x.org` })
    expect(await findFoldClashes(stores.monolith, authEntities)).toEqual([
      { entity: 'user', name: 'username', folded: 'émilie', keys: ids.slice(0, 2) },
    ])
    await stores.settle()
    const rows = await stores.sql`select username, username_key from users where id = any(${ids}) order by id`
    expect(rows.map((row) => [row['username'], row['username_key']])).toEqual([
      ['Émilie', 'émilie'],
      ['ÉMILIE', 'émilie'],
      ['Emilie', 'emilie'],
    ])
  })

  it('that was there before the feed is brought by the backfill', async () => {
    const id = nextId()
    const triggers = stores.file
      .prepare<[], { name: string; sql: string }>(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
      )
      .all()
    for (const { name } of triggers) stores.file.exec(`DROP TRIGGER ${name}`)
    stores.file
      .prepare("INSERT INTO users (id, username, email, password_hash) VALUES (?, 'early', '', '')")
      .run(id)
    for (const { sql } of triggers) stores.file.exec(sql)
    await stores.settle()
    expect(await serviceRow('users', id)).toBeNull()
    await stores.backfill()
    await stores.settle()
    expect(await serviceRow('users', id)).toMatchObject({ username: 'early' })
  })
})

describe('what only the service can hold', () => {
  let id: string
  beforeEach(async () => {
    id = nextId()
    addLegacy(id, plain)
    await stores.settle()
    await stores.give('service')
    await stores.writeService((tx) => tx`update users set password_hash = '$argon2id$x' where id = ${id}`)
    await stores.settle()
    await stores.give('monolith')
  })

  it('survives a touch of the monolith', async () => {
    stores.writeLegacy(() => stores.file.exec(`UPDATE users SET email = 'new@x.org' WHERE id = '${id}'`))
    await stores.settle()
    expect(await serviceRow('users', id)).toMatchObject({
      email: 'new@x.org',
      email_key: 'new@x.org',
      password_hash: '$argon2id$x',
    })
  })

  it('goes when the monolith has another password', async () => {
    stores.writeLegacy(() => stores.file.exec(`UPDATE users SET password_hash = 'other' WHERE id = '${id}'`))
    await stores.settle()
    expect(await serviceRow('users', id)).toMatchObject({ password_hash: null, legacy_verifier: 'other' })
  })
})

describe('an end', () => {
  const addSession = (userId: string) => {
    const id = nextId()
    stores.writeLegacy(() => stores.file.prepare('INSERT INTO sessions VALUES (?, ?, 1, 2)').run(id, userId))
    return id
  }
  const legacySession = (id: string) => stores.file.prepare('SELECT 1 FROM sessions WHERE id = ?').get(id)

  it('of a session at the monolith is its end at the service, and nobody brings it back', async () => {
    const userId = nextId()
    addLegacy(userId, plain)
    const id = addSession(userId)
    await stores.settle()
    expect(await serviceRow('sessions', id)).toMatchObject({ user_id: userId, revoked_at_ms: null })
    stores.writeLegacy(() => stores.file.prepare('DELETE FROM sessions WHERE id = ?').run(id))
    await stores.settle()
    expect(await serviceRow('sessions', id)).toBeNull()
    await stores.give('service')
    const again = stores.writeService((tx) => tx`insert into sessions values (${id}, ${userId}, 1, 2, null)`)
    await expect(again).rejects.toThrow('EMOTIBOT_TOMBSTONED')
    await stores.give('monolith')
  })

  it('of a session at the service is its end at the monolith', async () => {
    const userId = nextId()
    addLegacy(userId, plain)
    const id = addSession(userId)
    await stores.settle()
    await stores.give('service')
    await stores.writeService((tx) => tx`update sessions set revoked_at_ms = 5 where id = ${id}`)
    await stores.settle()
    expect(legacySession(id)).toBeUndefined()
    expect(await stores.verify()).toMatchObject({ differences: [], unsettled: [] })
    await stores.give('monolith')
  })

  it('of a user leaves tombstones on both sides, whichever side it was on', async () => {
    for (const side of ['monolith', 'service'] as const) {
      const userId = nextId()
      addLegacy(userId, plain)
      const id = addSession(userId)
      await stores.settle()
      await stores.give('service')
      if (side === 'monolith') await stores.give('monolith')
      if (side === 'monolith')
        stores.writeLegacy(() => {
          stores.file.prepare('DELETE FROM sessions WHERE user_id = ?').run(userId)
          stores.file.prepare('DELETE FROM users WHERE id = ?').run(userId)
        })
      else
        await stores.writeService(async (tx) => {
          await tx`delete from sessions where user_id = ${userId}`
          await tx`delete from users where id = ${userId}`
        })
      await stores.settle()
      const keys = [userId, id]
      const there = await stores.sql`select key from tombstones where key = any(${keys}) order by key`
      const here = stores.file.prepare('SELECT key FROM tombstones WHERE key IN (?, ?) ORDER BY key').pluck()
      expect(there.map(({ key }) => key)).toEqual(keys)
      expect(here.all(...keys)).toEqual(keys)
      expect([legacyOf(userId), legacySession(id)]).toEqual([undefined, undefined])
      if (side === 'service') await stores.give('monolith')
    }
  })
})

it('a kept answer is on both sides while it is kept, and its key may come again', async () => {
  const row = ['', 'key-1', 'auth.claim', 'ann', 'auth.register', 'hash', 201, '{"a":1}', 7]
  const insert = () =>
    stores.file.prepare('INSERT INTO auth_idempotency_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(...row)
  const held = () => stores.sql`select status, answer from auth_idempotency_keys where key = 'key-1'`
  for (let time = 0; time < 2; time++) {
    stores.writeLegacy(insert)
    await stores.settle()
    expect(await held()).toEqual([{ status: 201, answer: '{"a":1}' }])
    await stores.give('service')
    await stores.writeService((tx) => tx`delete from auth_idempotency_keys where key = 'key-1'`)
    await stores.settle()
    expect(stores.file.prepare('SELECT * FROM auth_idempotency_keys').all()).toEqual([])
    await stores.give('monolith')
  }
  expect(await stores.verify()).toMatchObject({ differences: [], unsettled: [] })
})
