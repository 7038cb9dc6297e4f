import { join } from 'node:path'
import { createLogger } from '@emotibot/service-kit'
import Database from 'better-sqlite3'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { giveUp, nothing, openFile } from '../testing/other-side.ts'
import { testFolder } from '../testing/start-monolith.ts'
import { asBusy } from './errors.ts'
import { openStore } from './open-store.ts'
import { tidyIndex } from './search-index.ts'
import { threads } from './tables.ts'

const logger = createLogger('test', 'silent')
const scope = { group: 'conversation', partition: 'ann' } as const
const row = { id: 't', userId: 'u', ownerKey: 'ann', title: 'T', createdAt: '', updatedAt: '', revision: 1 }

function open() {
  const file = join(testFolder(), 'deep', 'emotibot.sqlite')
  const store = openStore({ file, logger })
  onTestFinished(() => store.close())
  return { file, store, count: () => store.read((db) => db.select().from(threads).all().length) }
}

test('makes the file and its folder, and syncs every commit', () => {
  const { store } = open()
  const pragma = (name: string) => store.read((db) => db.get(sql.raw(`PRAGMA ${name}`)))
  expect(pragma('journal_mode')).toMatchObject({ journal_mode: 'wal' })
  expect(pragma('synchronous')).toMatchObject({ synchronous: 2 })
  expect(pragma('foreign_keys')).toMatchObject({ foreign_keys: 0 })
})

test('a write that throws leaves nothing behind', () => {
  const { store, count } = open()
  const write = () =>
    store.write(scope, (tx) => {
      tx.insert(threads).values(row).run()
      throw new Error('no')
    })
  expect(write).toThrow('no')
  expect(count()).toBe(0)
})

test('while another process holds the lock a write is BUSY, and goes through afterwards', () => {
  const { file, store, count } = open()
  const other = new Database(file)
  onTestFinished(() => void other.close())
  other.exec('BEGIN IMMEDIATE')
  const write = () => store.write(scope, (tx) => tx.insert(threads).values(row).run())
  expect(write).toThrow(expect.objectContaining({ code: 'BUSY', headers: { 'retry-after': '1' } }))
  other.exec('ROLLBACK')
  write()
  expect(count()).toBe(1)
})

test('a full disk and a read-only file are BUSY, a broken rule is not', () => {
  const db = new Database(join(testFolder(), 'small.sqlite'))
  onTestFinished(() => void db.close())
  db.exec('CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)')
  db.pragma('max_page_count = 3')
  expect(asBusy(thrownBy(() => db.exec('INSERT INTO t VALUES (zeroblob(100000))')))).toMatchObject({
    code: 'BUSY',
  })
  expect(asBusy(thrownBy(() => db.exec('INSERT INTO t VALUES (1)')))).toBeNull()
  db.pragma('query_only = ON')
  expect(asBusy(thrownBy(() => db.exec('INSERT INTO t VALUES (2)')))).toMatchObject({ code: 'BUSY' })
})

test('tidying goes whoever owns the rows, and touches none of them', () => {
  const { file, store, count } = open()
  giveUp(openFile({ file }), 'conversation', nothing)
  store.tidy(tidyIndex)
  expect(() => store.tidy((tx) => tx.insert(threads).values(row).run())).toThrow('EMOTIBOT_UNMARKED')
  expect(count()).toBe(0)
})

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (thrown) {
    return thrown
  }
  throw new Error('nothing was thrown')
}
