import { pbkdf2Sync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { legacyTime, writeLegacyFile } from './legacy-file.ts'
import { passlibHash } from './passlib-hash.ts'
import { pronounceable } from './pronounceable.ts'

const now = new Date('2026-11-20T10:00:00Z')
const folder = mkdtempSync(join(tmpdir(), 'emotibot-seed-'))
let file: DatabaseSync

beforeAll(() => {
  const path = join(folder, 'monolith.sqlite')
  writeLegacyFile({ path, password: 'nabi-tovu', now })
  file = new DatabaseSync(path, { readOnly: true })
})
afterAll(() => {
  file.close()
  rmSync(folder, { recursive: true })
})

const column = (sql: string) =>
  file
    .prepare(sql)
    .all()
    .map((row) => Object.values(row)[0])

describe('the seed', () => {
  it('has the tables and columns of the first EmotiBot and nothing else', () => {
    expect(column("select name from sqlite_master where type = 'table' order by 1")).toEqual([
      'conversations',
      'users',
    ])
    expect(column("select name from pragma_table_info('users')")).toEqual([
      ...['id', 'username', 'email', 'password_hash', 'created_at', 'updated_at', 'is_active'],
    ])
    expect(column("select name from pragma_table_info('conversations')")).toEqual([
      ...['id', 'user_id', 'user_message', 'bot_message', 'detected_emotion'],
      ...['confidence', 'polarity', 'subjectivity', 'timestamp'],
    ])
  })

  it('tells some forty turns with every emotion, one of them without', () => {
    expect(column('select count(*) from conversations')).toEqual([40])
    const emotions = column('select distinct detected_emotion from conversations order by 1')
    expect(emotions).toEqual([null, 'angry', 'fearful', 'happy', 'neutral', 'sad', 'surprised'])
  })

  it('has times as Python wrote them, in order, all in the past', () => {
    const times = column('select timestamp from conversations order by rowid')
    for (const time of times) expect(time).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/)
    expect(times.toSorted()).toEqual(times)
    expect(String(times.at(-1)) < legacyTime(now)).toBe(true)
  })

  it('lets the password in by the hash the first EmotiBot made', () => {
    const [, scheme, rounds, salt = '', checksum = ''] = String(
      column('select password_hash from users')[0],
    ).split('$')
    const plain = (text: string) => Buffer.from(text.replaceAll('.', '+'), 'base64')
    expect([scheme, rounds]).toEqual(['pbkdf2-sha256', '29000'])
    expect(pbkdf2Sync('nabi-tovu', plain(salt), 29_000, 32, 'sha256')).toEqual(plain(checksum))
  })
})

describe('passlibHash', () => {
  it('salts anew each time, in an alphabet without + and =', () => {
    const hashes = Array.from({ length: 8 }, () => passlibHash('same'))
    expect(new Set(hashes).size).toBe(8)
    for (const hash of hashes)
      expect(hash).toMatch(/^\$pbkdf2-sha256\$29000\$[A-Za-z0-9./]{22}\$[A-Za-z0-9./]{43}$/)
  })
})

it('a pronounceable password is made of syllables and differs each time', () => {
  expect(pronounceable(4, () => 0)).toBe('baba-baba-baba-baba')
  expect(pronounceable()).not.toBe(pronounceable())
})
