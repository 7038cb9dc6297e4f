import { openPostgres } from '@emotibot/db'

/**
 * Which process of a service relays to a consumer, and how far it has come; in the service's own database. The lead is
 * an advisory lock of a session of its own, which costs no write: it ends with its process, and a few seconds after
 * that froze. Two that both believe to lead do no harm, for batches come at least once anyway.
 */
export type RelayKeeper = {
  /** Takes the lead, or learns that it still has it; null while another process does. */
  lead(consumer: string): Promise<Led | null>
  keep(consumer: string, place: string): Promise<void>
  /** Durable when it resolves: whoever leads goes on from `at`. Any process may ask. */
  goBack(consumer: string, at: string): Promise<void>
  close(): Promise<void>
}

/** `goBackTo`: where the consumer said it stands, until a `keep` has said the same. */
export type Led = { readonly place: string; readonly goBackTo: string | null }

/** A leader asks more often than this; the server ends the session of one that does not. */
const FROZEN_AFTER_MS = 10_000

/** On the database of the service that tells; `relayStep` has made the table. Holds one connection, opened when needed. */
export function createRelayKeeper(databaseUrl: string, frozenAfterMs = FROZEN_AFTER_MS): RelayKeeper {
  // One connection: a lock is the session's, so whether this process leads is the same question as taking it.
  const sql = openPostgres(databaseUrl, { applicationName: 'relay', max: 1 })
  return {
    lead: async (consumer) => {
      const [row] = await sql<{ leads: boolean; place: string | null; goBackTo: string | null }[]>`
        select set_config('idle_session_timeout', ${`${frozenAfterMs}ms`}, false),
          pg_try_advisory_lock(hashtextextended(${`relay:${consumer}`}, 0)) as leads,
          (select place from relay_places where consumer = ${consumer}) as place,
          (select go_back_to from relay_places where consumer = ${consumer}) as "goBackTo"`
      return row?.leads ? { place: row.place ?? '', goBackTo: row.goBackTo } : null
    },
    keep: async (consumer, place) => {
      await sql`
        insert into relay_places (consumer, place) values (${consumer}, ${place})
        on conflict (consumer) do update
          set place = ${place}, go_back_to = nullif(relay_places.go_back_to, ${place})`
    },
    goBack: async (consumer, at) => {
      await sql`
        insert into relay_places (consumer, go_back_to) values (${consumer}, ${at})
        on conflict (consumer) do update set go_back_to = ${at} where relay_places.place <> ${at}`
    },
    close: () => sql.end({ timeout: 5 }),
  }
}
