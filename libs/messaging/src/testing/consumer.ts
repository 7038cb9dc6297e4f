// A small service that takes events in: what it was told of each thing, and how often its handlers ran.
import type { EventData } from '@emotibot/contracts'
import { openPostgres, type Sql, type TransactionSql } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import { createInbox, type EventHandlers, type Inbox, type InboxEvent } from '../inbox/inbox.ts'
import { inboxStep } from '../schema.ts'

const tables = {
  name: '001-known',
  sql: `
    create table known (id text primary key, text text check (text <> 'poison'), revision bigint not null, is_gone boolean);
    create table effects (seq bigint generated always as identity, event_id text not null);
    create table late (id text primary key, text text, unique (text) deferrable initially deferred);`,
}

export type TestConsumer = {
  readonly sql: Sql
  readonly inbox: Inbox
  readonly events: InboxEvent[]
  /** What it knows to be there, as `id → text`. */
  state(): Promise<Record<string, string>>
  /** How often each event had an effect. */
  effects(): Promise<Record<string, number>>
  /** The events in the order in which they had it. */
  order(): Promise<string[]>
  close(): Promise<void>
}

export async function createTestConsumer(options: { attempts?: number } = {}): Promise<TestConsumer> {
  const database = await createTestDatabase({ steps: [tables, inboxStep] })
  const sql = openPostgres(database.url, { applicationName: 'test-consumer', max: 4 })
  const events: InboxEvent[] = []
  const onEvent = (event: InboxEvent) => events.push(event)
  return {
    sql,
    inbox: createInbox({ sql, handlers, onEvent, ...options }),
    events,
    state: async () => {
      const rows = await sql<{ id: string; text: string }[]>`
        select id, text from known where not is_gone order by id`
      return Object.fromEntries(rows.map(({ id, text }) => [id, text]))
    },
    effects: async () => {
      const rows = await sql<{ event_id: string; count: number }[]>`
        select event_id, count(*)::int as count from effects group by event_id order by event_id`
      return Object.fromEntries(rows.map(({ event_id, count }) => [event_id, count]))
    },
    order: async () => {
      const rows = await sql<{ event_id: string }[]>`select event_id from effects order by seq`
      return rows.map(({ event_id }) => event_id)
    },
    close: async () => {
      await sql.end({ timeout: 5 })
      await database.drop()
    },
  }
}

/** The newest revision has the last word, and what is gone stays gone. */
const handlers: EventHandlers = {
  'conversation.turn_recorded.v1': async (tx, data, { event_id }) => {
    await tx`insert into effects (event_id) values (${event_id})`
    await recordTurn(tx, data)
  },
  'conversation.turn_deleted.v1': async (tx, { turn_id }, { event_id }) => {
    await tx`insert into effects (event_id) values (${event_id})`
    await tx`insert into known values (${turn_id}, '', 0, true) on conflict (id) do update set is_gone = true`
  },
}

type Recorded = EventData<'conversation.turn_recorded.v1'>

async function recordTurn(tx: TransactionSql, { turn, revision }: Recorded): Promise<void> {
  const { id, user_message: text } = turn
  if (text === 'thrown') throw new TypeError('this text is not for us')
  if (text === 'late') await tx`insert into late values (${id}, 'same')`
  await tx`
    insert into known values (${id}, ${text}, ${revision}, false)
    on conflict (id) do update set text = excluded.text, revision = excluded.revision
    where known.revision < excluded.revision`
}
