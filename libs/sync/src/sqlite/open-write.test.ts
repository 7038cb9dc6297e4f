import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { StaleEpochError } from '../errors.ts'
import { createMonolithFile } from '../test/monolith-schema.ts'
import { temporaryFolder } from '../test/temporary-folder.ts'
import { closeWrite, openWrite, writeInSqlite } from './open-write.ts'
import { refuseSqliteUnlessOwned } from './refuse-unless-owned.ts'

const ANNA = { group: 'auth', partition: 'anna' } as const
const ADD_ANNA = `insert into people values ('p1', 'Anna', 'anna', 's', null)`

function openFile(): Database.Database {
  const db = createMonolithFile(join(temporaryFolder(), 'store.sqlite'))
  onTestFinished(() => void db.close())
  return db
}

const feedOf = (db: Database.Database) =>
  db.prepare('select epoch, origin, write_group, entity, key, partition from feed order by seq').all()

it('refuses a plain write to a table of the feed, in every form', () => {
  const db = openFile()
  writeInSqlite(db, ANNA, () => db.exec(ADD_ANNA))
  for (const statement of [
    `insert into people values ('p2', 'Bob', 'bob', 's', null)`,
    `insert or ignore into people values ('p2', 'Bob', 'bob', 's', null)`,
    `insert or replace into people values ('p1', 'Anna', 'anna', 't', null)`,
    `insert into people values ('p1', 'A', 'anna', 's', null) on conflict do update set secret = 't'`,
    `update people set secret = 't'`,
    'delete from people',
  ]) {
    expect(() => db.exec(statement), statement).toThrow(/EMOTIBOT_UNMARKED/)
  }
  expect(db.prepare('select secret from people').all()).toEqual([{ secret: 's' }])
})

it('refuses a write whose mark is of a group that does not own the table', () => {
  const db = openFile()
  db.prepare(`insert into authority (write_group, epoch, low, high) values ('emotion', 1, 0, 100)`).run()
  const write = () => writeInSqlite(db, { group: 'emotion', partition: 'anna' }, () => db.exec(ADD_ANNA))
  expect(write).toThrow(/EMOTIBOT_UNMARKED/)
})

it('puts the key of every changed row into the feed, with the mark it was written under', () => {
  const db = openFile()
  const { position } = writeInSqlite(db, ANNA, () => {
    db.exec(ADD_ANNA)
    db.exec(`update people set secret = 't'`)
    db.exec(`insert into tickets values ('t1', 'p1', 3)`)
  })
  const marked = { epoch: 1, origin: 'monolith', write_group: 'auth', partition: 'anna' }
  expect(feedOf(db)).toEqual([
    { ...marked, entity: 'person', key: 'p1' },
    { ...marked, entity: 'person', key: 'p1' },
    { ...marked, entity: 'ticket', key: 't1' },
  ])
  expect(Object.values(position)).toEqual([3])
})

it('puts rows that a cascade deletes into the feed', () => {
  const db = openFile()
  writeInSqlite(db, ANNA, () => db.exec(`${ADD_ANNA}; insert into tickets values ('t1', 'p1', 3)`))
  writeInSqlite(db, ANNA, () => db.exec(`delete from people where id = 'p1'`))
  expect(feedOf(db).slice(2)).toMatchObject([{ key: 't1' }, { key: 'p1' }])
})

it('puts both keys into the feed when a key changes, and rows that a replacement drives out', () => {
  const db = openFile()
  writeInSqlite(db, ANNA, () => db.exec(ADD_ANNA))
  writeInSqlite(db, ANNA, () => db.exec(`update people set id = 'p9'`))
  expect(feedOf(db).slice(1)).toMatchObject([{ key: 'p1' }, { key: 'p9' }])
  writeInSqlite(db, ANNA, () =>
    db.exec(`insert or replace into people values ('p10', 'A', 'anna', 's', null)`),
  )
  expect(feedOf(db).slice(3)).toMatchObject([{ key: 'p9' }, { key: 'p10' }])
})

it('refuses to make a row again that was deleted', () => {
  const db = openFile()
  writeInSqlite(db, ANNA, () => db.exec(ADD_ANNA))
  writeInSqlite(db, ANNA, () => db.exec('delete from people'))
  expect(() => writeInSqlite(db, ANNA, () => db.exec(ADD_ANNA))).toThrow(/EMOTIBOT_TOMBSTONED/)
})

it('refuses a partition that the rule gives to the other side, and leaves no trace', () => {
  const db = openFile()
  db.prepare(`update authority set epoch = 7, deny = '["anna"]' where write_group = 'auth'`).run()
  const write = () => writeInSqlite(db, ANNA, () => db.exec(ADD_ANNA))
  expect(write).toThrow(StaleEpochError)
  expect(write).toThrow(/epoch 7/)
  expect(() => refuseSqliteUnlessOwned(db, ANNA)).toThrow(StaleEpochError)
  refuseSqliteUnlessOwned(db, { ...ANNA, partition: 'bob' })
  writeInSqlite(db, { ...ANNA, partition: 'bob' }, () => undefined)
  expect(feedOf(db)).toEqual([])
})

it('leaves no mark behind: not after a close, not after a roll back', () => {
  const db = openFile()
  expect(() => writeInSqlite(db, ANNA, () => db.exec('no sql'))).toThrow(/syntax/)
  writeInSqlite(db, ANNA, () => db.exec(ADD_ANNA))
  expect(db.prepare('select * from write_mark').all()).toEqual([])
})

it('opens no write outside a transaction, nor a second one inside an open one', () => {
  const db = openFile()
  expect(() => openWrite(db, ANNA)).toThrow(/BEGIN IMMEDIATE/)
  expect(() => writeInSqlite(db, ANNA, () => openWrite(db, ANNA))).toThrow(/open already/)
  expect(() => db.transaction(() => closeWrite(db))()).toThrow(/no open write/)
})

it('has a position once something of it entered the feed, and none before', () => {
  const db = openFile()
  db.exec('create table scraps (id text)')
  writeInSqlite(db, ANNA, () => db.exec(ADD_ANNA))
  expect(writeInSqlite(db, ANNA, () => db.exec(`insert into scraps values ('n')`)).position).toEqual({})
  const { position } = writeInSqlite(db, ANNA, () => db.exec(`update people set secret = 't'`))
  expect(Object.values(position)).toEqual([2])
})
