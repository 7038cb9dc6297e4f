// A small service that tells events: things, and a log of which were changed, as a feed is one.
import type { EventEnvelope } from '@emotibot/contracts'
import { openPostgres, type Sql } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import type { OutboxPage, OutboxReader } from '../relay/outbox-reader.ts'
import { createRelayKeeper, type RelayKeeper } from '../relay/relay-keeper.ts'
import { relayStep } from '../schema.ts'

export const SOURCE = 'conversation'
const STORE = 'a1b2c3d4e5'
const NOBODY = ''

const tables = {
  name: '001-things',
  sql: `
    create table things (id text primary key, username text not null, text text not null, revision bigint not null);
    create table log (seq bigint generated always as identity primary key, id text not null);`,
}

export type TestSource = {
  readonly sql: Sql
  readonly url: string
  readonly outbox: OutboxReader
  openKeeper(): RelayKeeper
  record(id: string, text: string): Promise<void>
  remove(id: string): Promise<void>
  /** What is there, as `id → text`. */
  state(): Promise<Record<string, string>>
  /** Writes something that is nobody's event. */
  touch(): Promise<void>
  close(): Promise<void>
}

export async function createTestSource(): Promise<TestSource> {
  const database = await createTestDatabase({ steps: [tables, relayStep] })
  const sql = openPostgres(database.url, { applicationName: 'test-source', max: 4 })
  const keepers: RelayKeeper[] = []
  return {
    sql,
    url: database.url,
    outbox: createTestOutbox(sql),
    openKeeper: () => {
      const keeper = createRelayKeeper(database.url)
      keepers.push(keeper)
      return keeper
    },
    record: async (id, text) => {
      await sql`with changed as (
        insert into things values (${id}, 'ann', ${text}, 1)
        on conflict (id) do update set text = excluded.text, revision = things.revision + 1 returning id)
        insert into log (id) select id from changed`
    },
    remove: async (id) => {
      await sql`with gone as (delete from things where id = ${id} returning id)
        insert into log (id) select id from gone`
    },
    state: async () => {
      const rows = await sql<{ id: string; text: string }[]>`select id, text from things order by id`
      return Object.fromEntries(rows.map(({ id, text }) => [id, text]))
    },
    touch: async () => {
      await sql`insert into log (id) values (${NOBODY})`
    },
    close: async () => {
      await Promise.all([...keepers.map((keeper) => keeper.close()), sql.end({ timeout: 5 })])
      await database.drop()
    },
  }
}

const placeOf = (seq: number): string => `${STORE}.${String(seq).padStart(12, '0')}`

/** The place of another source's store cannot be read from. */
function seqOf(place: string): number {
  if (place === '') return 0
  const [store, seq] = place.split('.')
  if (store !== STORE || seq === undefined) throw new RangeError(`${place} is not a place here`)
  return Number(seq)
}

type Found = { seq: number; id: string; username: string | null; text: string | null; revision: number }

function createTestOutbox(sql: Sql): OutboxReader {
  return {
    read: async (after, limit): Promise<OutboxPage> => {
      const found = await sql<Found[]>`
        select seq::int as seq, log.id, username, text, revision::int as revision
        from log left join things using (id) where seq > ${seqOf(after)} order by seq limit ${limit}`
      const last = found.at(-1)?.seq ?? seqOf(after)
      const places = [{ store: STORE, seq: last }]
      const batch = { source: SOURCE, after, upTo: placeOf(last), places, events: eventsOf(found) }
      return {
        batch,
        hasMore: found.length === limit,
        isQuiet: found.length === 0,
        followed: '',
      }
    },
    lag: async (after) => {
      const [row] = await sql<{ entries: number }[]>`
        select count(*)::int as entries from log where seq > ${seqOf(after)}`
      return { entries: row?.entries ?? 0, ms: 0 }
    },
  }
}

const eventsOf = (found: readonly Found[]): EventEnvelope[] =>
  found.filter(({ id }) => id !== NOBODY).map(eventOf)

function eventOf({ id, text, revision }: Found): EventEnvelope {
  return text === null ? deletedEvent(id) : recordedEvent(id, text, revision)
}

const TIME = '2026-01-01T00:00:00.000Z'

export function recordedEvent(id: string, text: string, revision: number): EventEnvelope {
  const turn = {
    id,
    conversation_id: 'c',
    user_message: text,
    bot_message: null,
    reply_status: 'pending',
    detected_emotion: null,
    confidence: null,
    polarity: null,
    subjectivity: null,
    timestamp: TIME,
  }
  return {
    event_id: `${id}.${revision}`,
    name: 'conversation.turn_recorded.v1',
    partition: 'ann',
    occurred_at: TIME,
    data: { user_id: 'u', revision, time_key: TIME, turn },
  }
}

export function deletedEvent(id: string): EventEnvelope {
  const data = { turn_id: id }
  return {
    event_id: `${id}.deleted`,
    name: 'conversation.turn_deleted.v1',
    partition: 'ann',
    occurred_at: TIME,
    data,
  }
}
