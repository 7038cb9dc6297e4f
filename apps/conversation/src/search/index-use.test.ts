import { randomUUID } from 'node:crypto'
import { openPostgres, type Sql } from '@emotibot/db'
import { createTestStore, ownerStep, type TestStore } from '@emotibot/service-store/testing'
import { drizzle } from 'drizzle-orm/postgres-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conversationsFrom, listConversations } from '../conversations.ts'
import { pendingTurns } from '../jobs/pending-turns.ts'
import { schemaSteps } from '../schema-steps.ts'
import { historyOf, turnsFrom } from '../turns.ts'
import { ownerWord } from './lexemes.ts'
import { searchQuery } from './search-query.ts'
import { findPage } from './search-turns.ts'

// 100,000 messages of 500 users: one has 20,000 turns, the others 60 each.
const MANY = 20_000
const FEW = 60
const big = randomUUID()
const users = [big, ...Array.from({ length: 499 }, () => randomUUID())]

let database: TestStore
let client: Sql
beforeAll(async () => {
  database = await createTestStore([...schemaSteps, ownerStep])
  client = openPostgres(database.url, { applicationName: 'index-test', statementTimeoutMs: 120_000 })
  await fill()
}, 240_000)
afterAll(async () => {
  await client.end({ timeout: 5 })
  await database.drop()
})

/** Every turn has words that many have, and one that few do. */
async function fill(): Promise<void> {
  await database.write('conversation', async (tx) => {
    await tx`set local statement_timeout = 0`
    await tx`create temporary table who (user_id text, owner text, turns int) on commit drop`
    const who = users.map((id) => ({ user_id: id, owner: ownerWord(id), turns: id === big ? MANY : FEW }))
    await tx`insert into who ${tx(who)}`
    await tx`
      insert into conversations select 'c' || user_id, user_id, user_id, 't', '2026-01-01', '2026-01-01', 1 from who`
    await tx`
      insert into messages (turn_id, role, conversation_id, user_id, owner_key, seq, text, time_key, reply_status,
        emotion_status, revision, words)
      select left(user_id, 8) || n, 'user', 'c' || user_id, user_id, user_id, n, 'x',
        to_char(timestamp '2020-01-01' + n * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"'),
        'complete', 'complete', 1, array_to_tsvector(array[owner, 'hello', 'word' || n % 100, 'rare' || n % 10000])
      from who, generate_series(1, turns) n`
    await tx`
      insert into messages (turn_id, role, conversation_id, user_id, owner_key, seq, text)
      select turn_id, 'bot', conversation_id, user_id, owner_key, seq, 'y' from messages`
  })
  await client`vacuum analyze messages`
  await client`vacuum analyze conversations`
}

type Planned = {
  readonly 'Node Type': string
  readonly Plans?: readonly Planned[]
  readonly [key: string]: unknown
}
type Explained = { readonly Plan: Planned; readonly 'Execution Time': number }

type Query = { toSQL(): { sql: string; params: unknown[] } }
type Row = { 'QUERY PLAN': Explained[] }

/** How a query is carried out, planned for its values. */
async function explain(query: Query): Promise<Explained> {
  const { sql, params } = query.toSQL()
  const rows = await client.unsafe<Row[]>(`explain (analyze, format json) ${sql}`, params as never[])
  return planOf(rows)
}

/** The same, planned for any values, as the server may do for a statement that it was given often. */
async function explainGeneral(query: Query): Promise<Explained> {
  const { sql, params } = query.toSQL()
  const values = params.map((value) => `'${String(value).replaceAll("'", "''")}'`).join(', ')
  const session = await client.reserve()
  try {
    await session`set plan_cache_mode = force_generic_plan`
    await session.unsafe(`prepare asked as ${sql}`)
    return planOf(await session.unsafe<Row[]>(`explain (analyze, format json) execute asked (${values})`))
  } finally {
    await session`deallocate all`
    session.release()
  }
}

function planOf([row]: readonly Row[]): Explained {
  const explained = row?.['QUERY PLAN'][0]
  if (!explained) throw new Error('No plan.')
  return explained
}

const nodesOf = (plan: Planned): Planned[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
const readsWholeTable = ({ Plan }: Explained): boolean =>
  nodesOf(Plan).some((node) => node['Node Type'] === 'Seq Scan')
const indexesOf = ({ Plan }: Explained) => nodesOf(Plan).map((node) => node['Index Name'])

describe('at 100,000 messages', () => {
  const db = () => drizzle(client)
  const searching = (userId: string, q: string) => {
    const query = searchQuery(userId, q)
    if (!query) throw new Error('No words.')
    return findPage(db(), userId, { query, cursor: null }).limit(51)
  }

  it.each([
    ['a rare word of who has many', big, 'rare1234'],
    ['two words of who has many', big, 'rare12 word3'],
    ['a common word of who has many', big, 'hel'],
    ['a rare word of who has few', users[7]!, 'rare42'],
    ['a common word of who has few', users[7]!, 'hel'],
    ['a word that nobody said', big, 'zebra'],
  ])('a search for %s uses an index and is quick', async (_what, userId, q) => {
    for (const how of [explain, explainGeneral]) {
      const explained = await how(searching(userId, q))
      expect(readsWholeTable(explained)).toBe(false)
      expect(explained['Execution Time']).toBeLessThan(500)
    }
  })

  it('a search for a rare word of who has many uses the index of words', async () => {
    expect(indexesOf(await explain(searching(big, 'rare1234')))).toContain('messages_by_words')
  })

  it.each([
    ['history', () => historyOf(db(), `c${big}`, { before: 9_000, limit: 50 }), 'messages_by_place'],
    ['an export', () => turnsFrom(db(), `c${big}`, { after: 9_000, limit: 50 }), 'messages_by_place'],
    ['pending turns', () => pendingTurns(db(), ''), 'messages_pending'],
    ['the list', () => listConversations(db(), big, { limit: 50 }), 'conversations_by_update'],
    [
      "an export's conversations",
      () => conversationsFrom(db(), big, { after: null, limit: 50 }),
      'conversations_by_creation',
    ],
  ])('%s uses its index and is quick', async (_what, query, index) => {
    for (const how of [explain, explainGeneral]) {
      const explained = await how(query())
      expect(readsWholeTable(explained)).toBe(false)
      expect(indexesOf(explained)).toContain(index)
      expect(explained['Execution Time']).toBeLessThan(100)
    }
  })
})
