import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPostgres, type Sql } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import { sqliteSyncSteps, writeInSqlite } from '@emotibot/sync'
import Database from 'better-sqlite3'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { startRelay } from '../testing/relay.ts'
import { type DeparturesOptions, followDepartures } from './departures.ts'

const usersFeed = {
  table: 'users',
  entity: 'user',
  keyColumns: ['id'],
  group: 'auth',
  leavesTombstone: true,
} as const

/** Generous, for a machine that has other work too. */
const SOON = { timeout: 30_000 }

/** As the services make them. */
const serviceSteps = [
  {
    name: '001-departed',
    sql: `create table departed_users (user_id text primary key, partition text not null);
      create table departures_place (one integer primary key default 1 check (one = 1), place jsonb not null);`,
  },
]

let folder: string
let file: string
let db: Database.Database
let sql: Sql
let databaseUrl: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'emotibot-departures-'))
  file = join(folder, 'monolith.sqlite')
  db = createFile(file)
  const database = await createTestDatabase({ steps: serviceSteps })
  databaseUrl = database.url
  sql = openPostgres(databaseUrl, { applicationName: 'test', max: 2 })
  onTestFinished(async () => {
    db.close()
    await sql.end({ timeout: 1 })
    await database.drop()
    rmSync(folder, { recursive: true, force: true })
  })
})

function createFile(path: string): Database.Database {
  const made = new Database(path)
  made.pragma('journal_mode = WAL')
  made.exec('create table users (id text primary key)')
  for (const step of sqliteSyncSteps([usersFeed])) made.exec(step.sql)
  return made
}

function come(...names: string[]): void {
  for (const name of names)
    writeInSqlite(db, { group: 'auth', partition: name }, () =>
      db.prepare('insert into users values (?)').run(`id-${name}`),
    )
}

function go(...names: string[]): void {
  for (const name of names)
    writeInSqlite(db, { group: 'auth', partition: name }, () =>
      db.prepare('delete from users where id = ?').run(`id-${name}`),
    )
}

/** Follows until it is stopped. */
function follow(options: Partial<DeparturesOptions> = {}): { stop(): Promise<void> } {
  const ending = new AbortController()
  const onFault = () => undefined
  const running = followDepartures({ sqliteFile: file, databaseUrl, onFault, ...options }, ending.signal)
  const stop = async () => {
    ending.abort()
    await running
  }
  onTestFinished(stop)
  return { stop }
}

async function departed(): Promise<Record<string, string>> {
  const rows = await sql<{ user_id: string; partition: string }[]>`select * from departed_users`
  return Object.fromEntries(rows.map(({ user_id, partition }) => [user_id, partition]))
}

const untilDeparted = (users: Record<string, string>) => expect.poll(departed, SOON).toEqual(users)

async function seqReached(): Promise<number> {
  const [row] = await sql<{ seq: number }[]>`select (place ->> 'seq')::int as seq from departures_place`
  return row?.seq ?? -1
}

const endOfFeed = () => db.prepare<[], number>('select max(seq) from feed').pluck().get() ?? 0

it('users who were deleted before it began, and those who go while it runs, are told with whose partition they were', async () => {
  come('ann', 'bob', 'eve')
  go('ann')
  follow()
  await untilDeparted({ 'id-ann': 'ann' })
  go('bob')
  await untilDeparted({ 'id-ann': 'ann', 'id-bob': 'bob' })
  await expect.poll(seqReached, SOON).toBe(endOfFeed())
})

it('goes on where it was, over many entries, and two at once do no harm', async () => {
  const names = Array.from({ length: 6_000 }, (_, at) => `user ${at}`)
  db.transaction(() => come(...names))()
  db.transaction(() => go(...names))()
  const first = follow()
  await expect.poll(seqReached, SOON).toBeGreaterThan(0)
  await first.stop()
  follow()
  follow()
  await expect.poll(seqReached, SOON).toBe(endOfFeed())
  expect(Object.keys(await departed())).toHaveLength(6_000)
})

it('a user whose row never came here, so that only a tombstone is left, is told too', async () => {
  db.prepare("insert into tombstones values ('user', 'never here', 1, 0)").run()
  come('ann')
  go('ann')
  follow()
  await untilDeparted({ 'id-ann': 'ann', 'never here': '' })
})

it('a sweep does not forget whose partition somebody was', async () => {
  come('ann')
  go('ann')
  follow({ sweepEveryMs: 0 })
  db.prepare("insert into tombstones values ('user', 'sign', 1, 0)").run()
  await untilDeparted({ 'id-ann': 'ann', sign: '' })
})

it('an id that holds what Postgres cannot is told as the mapping spells it', async () => {
  come('n\u0000l')
  go('n\u0000l')
  follow()
  await expect.poll(async () => Object.keys(await departed()), SOON).toHaveLength(1)
  expect(Object.keys(await departed())[0]).not.toContain('\u0000')
})

it('another file starts over: nobody of the one before is gone', async () => {
  come('ann', 'bob')
  go('ann')
  const before = follow()
  await untilDeparted({ 'id-ann': 'ann' })
  await before.stop()
  file = join(folder, 'other.sqlite')
  const other = createFile(file)
  onTestFinished(() => void other.close())
  writeInSqlite(other, { group: 'auth', partition: 'eve' }, () =>
    other.exec("insert into users values ('id-eve'); delete from users"),
  )
  follow()
  await untilDeparted({ 'id-eve': 'eve' })
})

it('a file that was restored from a backup starts over', async () => {
  come('ann')
  const backup = join(folder, 'backup.sqlite')
  await db.backup(backup)
  go('ann')
  const before = follow()
  await untilDeparted({ 'id-ann': 'ann' })
  await before.stop()
  file = backup
  follow()
  await untilDeparted({})
})

it('waits for a database that is away, says so, and goes on', async () => {
  const relay = await startRelay(databaseUrl)
  onTestFinished(() => relay.close())
  const faults: unknown[] = []
  follow({ databaseUrl: relay.url, onFault: (error) => faults.push(error) })
  await expect.poll(seqReached, SOON).toBe(0)
  relay.cut()
  come('ann')
  go('ann')
  await expect.poll(() => faults.length, SOON).toBeGreaterThan(0)
  relay.mend()
  await untilDeparted({ 'id-ann': 'ann' })
})
