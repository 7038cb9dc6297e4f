import type { DeadLetter } from '@emotibot/contracts'
import type { Sql, TransactionSql } from '@emotibot/db'
import { checkEvent } from './check-event.ts'
import { handleEvent } from './handle-event.ts'
import type { EventHandlers } from './inbox.ts'
import { isOfEvent, reasonOf } from './is-of-event.ts'

/** Events that could not be taken in, each kept whole with its reason. */
export type DeadLetters = {
  /** The oldest 100. */
  list(): Promise<readonly DeadLetter[]>
  /** Takes one in once more, without minding its turn. Throws when the database is away. */
  replay(id: number): Promise<Replayed>
}

/** `failed`: it stays, with the reason of this try. `unknown`: there is no such dead letter (any more). */
export type Replayed =
  | { readonly outcome: 'taken' }
  | { readonly outcome: 'failed'; readonly reason: string }
  | { readonly outcome: 'unknown' }

export type DeadEvent = {
  readonly source: string
  readonly id: string
  readonly name: string
  readonly given: unknown
  readonly reason: string
  readonly attempts: number
}

export async function keepDeadLetter(tx: TransactionSql, dead: DeadEvent): Promise<void> {
  const { source, id, name, reason, attempts } = dead
  const event = JSON.stringify(dead.given) ?? 'null'
  await tx`
    insert into dead_letters (source, event_id, name, event, reason, attempts)
    values (${source}, ${id}, ${name}, ${event}, ${reason}, ${attempts})
    on conflict (source, event_id) do update
      set event = excluded.event, reason = excluded.reason, attempts = excluded.attempts`
}

export function createDeadLetters(sql: Sql, handlers: EventHandlers): DeadLetters {
  return {
    list: () => sql<DeadLetter[]>`
      select id::int as id, source, event_id, name, reason, attempts,
        to_char(since at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since
      from dead_letters order by id limit 100`,
    replay: async (id) => {
      if (!Number.isSafeInteger(id) || id < 1) return { outcome: 'unknown' }
      return sql.begin((tx) => replayOne(tx, handlers, id)) as Promise<Replayed>
    },
  }
}

/** Locked, so that of two who replay it at once the second finds it gone, or its new reason. */
async function replayOne(tx: TransactionSql, handlers: EventHandlers, id: number): Promise<Replayed> {
  const [kept] = await tx<{ source: string; event: string }[]>`
    select source, event from dead_letters where id = ${id} for update`
  if (!kept) return { outcome: 'unknown' }
  const reason = await tryOnce(tx, handlers, kept)
  if (reason !== null) {
    await tx`update dead_letters set reason = ${reason}, attempts = attempts + 1 where id = ${id}`
    return { outcome: 'failed', reason }
  }
  await tx`delete from dead_letters where id = ${id}`
  return { outcome: 'taken' }
}

type Kept = { readonly source: string; readonly event: string }

async function tryOnce(tx: TransactionSql, handlers: EventHandlers, kept: Kept): Promise<string | null> {
  const checked = checkEvent(JSON.parse(kept.event) as unknown)
  if (!checked.isGood) return checked.reason
  try {
    await tx.savepoint(async (inner) => {
      await inner`set constraints all immediate`
      await handleEvent(inner, handlers, { source: kept.source, event: checked })
    })
    return null
  } catch (error) {
    if (!isOfEvent(error)) throw error
    return reasonOf(error)
  }
}
