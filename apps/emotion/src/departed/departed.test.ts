import type { Sql } from '@emotibot/db'
import { openPostgres } from '@emotibot/db'
import { createLogger } from '@emotibot/service-kit'
import { createStore } from '@emotibot/service-store'
import { OWNS_NONE } from '@emotibot/sync'
import { expect, onTestFinished, test } from 'vitest'
import { createChores } from '../chores.ts'
import { newPerson, type Person, startEmotion, testStore } from '../testing/start-emotion.ts'
import { recorded, Teller } from '../testing/teller.ts'
import { removeDeparted } from './remove-departed.ts'

async function serve() {
  const database = await testStore()
  const { url } = await startEmotion(database.url)
  const client = openPostgres(database.url, { applicationName: 'test', max: 2 })
  onTestFinished(() => client.end({ timeout: 1 }))
  return { database, url, teller: new Teller(url), store: createStore(client) }
}

/** Says so much about as many turns of theirs, each under a key. */
async function talk(teller: Teller, person: Person, turns: number): Promise<void> {
  const events = Array.from({ length: turns }, (_, at) => recorded(person, { id: `${person.userId}-${at}` }))
  await teller.tell(events)
  for (let at = 0; at < turns; at++)
    await person.client.call('emotion.feedback', {
      body: { turn_id: `${person.userId}-${at}`, emotion: 'sad' },
      headers: { 'idempotency-key': `k-${at}` },
    })
}

const depart = (sql: Sql, { userId }: Person, partition = '') =>
  sql`insert into departed_users values (${userId}, ${partition})`

async function rowsOf(sql: Sql, { userId }: Person) {
  const [rows] = await sql`
    select (select count(*)::int from feedback where user_id = ${userId}) as feedback,
      (select count(*)::int from readings where user_id = ${userId}) as readings,
      (select count(*)::int from emotion_idempotency_keys where user_id = ${userId}) as answers`
  return rows
}

const NOTHING = { feedback: 0, readings: 0, answers: 0 }

test('a user who deleted their account is refused as one with a bad token, also in the middle of a write', async () => {
  const { database, url, teller } = await serve()
  const { client, ...ann } = newPerson(url)
  await teller.tell([recorded(ann, { id: 't-1' })])
  const say = () => client.call('emotion.feedback', { body: { turn_id: 't-1', emotion: 'sad' } })
  const answer = await database.sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended('emotibot group emotion', 0))`
    const running = say()
    await expect.poll(() => database.countWaiting(), { timeout: 10_000 }).toBe(1)
    await tx`insert into departed_users values (${ann.userId}, '')`
    return { running }
  })
  const refused = {
    status: 401,
    body: { code: 'UNAUTHENTICATED', message: expect.stringContaining('not good') },
  }
  expect(await answer.running).toMatchObject(refused)
  expect([await say(), await client.call('emotion.trends', {})]).toMatchObject([refused, refused])
  expect(await database.sql`select 1 from feedback`).toEqual([])
})

test("a departed user's rows are removed under the partition they name, and leave tombstones; nobody else's are", async () => {
  const { database, url, teller, store } = await serve()
  const [ann, bob] = [newPerson(url), newPerson(url)]
  for (const person of [ann, bob]) await talk(teller, person, 3)
  await depart(database.sql, ann)
  expect(await removeDeparted(store, '')).toBe(null)
  expect(await rowsOf(database.sql, ann)).toEqual(NOTHING)
  expect(await rowsOf(database.sql, bob)).toEqual({ feedback: 3, readings: 3, answers: 3 })
  const buried = await database.sql`select entity from tombstones`
  expect(buried).toEqual(Array.from({ length: 3 }, () => ({ entity: 'feedback' })))
  const [last] = await database.sql`select partition from feed order by seq desc limit 1`
  expect(last).toEqual({ partition: ann.username.toLowerCase() })
})

test('more rows than fit one step are removed in several', async () => {
  const { database, url, store } = await serve()
  const ann = newPerson(url)
  await database.write('emotion', async (tx) => {
    await tx`
      insert into feedback select 't-' || n, ${ann.userId}, 'ann', 'sad', '', 1 from generate_series(1, 450) n`
  })
  await database.sql`
    insert into readings select 't-' || n, ${ann.userId}, 'ann', '', null, null, true, 1 from generate_series(1, 450) n`
  await depart(database.sql, ann)
  await removeDeparted(store, '')
  expect(await rowsOf(database.sql, ann)).toEqual(NOTHING)
  const steps = await database.sql`select count(*)::int as rows from feed group by xid order by rows`
  expect(steps.map(({ rows }) => rows)).toEqual([50, 200, 200, 450])
})

test('rows of a partition that the other side owns are left to that side, and keep nobody else waiting', async () => {
  const { database, url, teller, store } = await serve()
  const [ann, bob] = [newPerson(url), newPerson(url)]
  for (const person of [ann, bob]) {
    await talk(teller, person, 1)
    await depart(database.sql, person)
  }
  await database.own('emotion', { ...OWNS_NONE, allow: [bob.username.toLowerCase()] })
  await removeDeparted(store, '')
  expect(await rowsOf(database.sql, ann)).toEqual({ feedback: 1, readings: 0, answers: 1 })
  expect(await rowsOf(database.sql, bob)).toEqual(NOTHING)
})

test('what comes late of a departed user is removed by a later look', async () => {
  const { database, url, teller, store } = await serve()
  const ann = newPerson(url)
  await depart(database.sql, ann)
  const chores = createChores({
    store,
    inbox: { forget: async () => undefined },
    now: Date.now,
    logger: createLogger('test', 'silent'),
    everyMs: 20,
  })
  onTestFinished(() => chores.stop())
  chores.start()
  for (const id of ['t-1', 't-2']) {
    await teller.tell([recorded(ann, { id })])
    await expect.poll(() => rowsOf(database.sql, ann), { timeout: 10_000 }).toEqual(NOTHING)
  }
})

test('answers are forgotten after a day, by their owner', async () => {
  const { database, url, teller, store } = await serve()
  const ann = newPerson(url)
  await talk(teller, ann, 2)
  const dayOn = Date.now() + 24 * 3_600_000 + 1_000
  const chores = createChores({
    store,
    inbox: { forget: async () => undefined },
    now: () => dayOn,
    logger: createLogger('test', 'silent'),
    everyMs: 20,
  })
  onTestFinished(() => chores.stop())
  await database.own('emotion', OWNS_NONE)
  chores.start()
  expect(await rowsOf(database.sql, ann)).toMatchObject({ answers: 2 })
  await database.own('emotion', { ...OWNS_NONE, low: 0, high: 100 })
  await expect
    .poll(() => rowsOf(database.sql, ann), { timeout: 10_000 })
    .toMatchObject({ answers: 0, feedback: 2 })
})
