import type { EventData, EventName } from '@emotibot/contracts'
import type { Sql, TransactionSql } from '@emotibot/db'
import { EventsFailedError } from '../errors.ts'
import { checkBatch, type LooseBatch } from './check-event.ts'
import { createDeadLetters, type DeadLetters } from './dead-letters.ts'
import { recordFailures } from './failures.ts'
import { forgetOld } from './forget-old.ts'
import { isOfEvent } from './is-of-event.ts'
import { type TakeResult, takeBatch, UndoneError } from './take-batch.ts'

/** What a handler knows of the event beside its data. */
export type EventContext = {
  readonly source: string
  readonly event_id: string
  /** The folded username. */
  readonly partition: string
  readonly occurred_at: string
}

/**
 * What a consumer does with each event, in the transaction that takes it in; what a handler throws undoes what it wrote.
 * Events carry state, and an old one may come after a newer (a dead letter that is replayed): the handler compares
 * revisions. A known event without a handler is not this consumer's, and is dropped.
 */
export type EventHandlers = {
  readonly [N in EventName]?: (
    tx: TransactionSql,
    data: EventData<N>,
    context: EventContext,
  ) => Promise<unknown>
}

export type InboxOptions = {
  /** The consumer's database; `inboxStep` has made the tables. */
  readonly sql: Sql
  readonly handlers: EventHandlers
  /** Tries of one event before it becomes a dead letter. 5 unless told. */
  readonly attempts?: number
  readonly onEvent?: (event: InboxEvent) => void
}

export type InboxEvent =
  | { readonly event: 'taken'; readonly source: string; readonly events: number; readonly repeated: number }
  | { readonly event: 'gap'; readonly source: string; readonly at: string; readonly after: string }
  | {
      readonly event: 'failed'
      readonly source: string
      readonly event_id: string
      readonly reason: string
      readonly attempts: number
    }
  | {
      readonly event: 'dead letter'
      readonly source: string
      readonly event_id: string
      readonly name: string
      readonly reason: string
    }

/**
 * `taken`: durable, or it was before. `gap`: what comes before it is missing; the consumer stands at `at`. `malformed`:
 * not a batch at all, and no trying again makes it one.
 */
export type Taken =
  | { readonly outcome: 'taken' }
  | { readonly outcome: 'gap'; readonly at: string }
  | { readonly outcome: 'malformed'; readonly reason: string }

/** Takes batches in: effects, what was taken in and how far, all in one transaction; once in effect and in order. */
export type Inbox = {
  /** Throws when it is to be tried again: the database is away, or an event failed that has tries left. */
  take(batch: unknown): Promise<Taken>
  /** How far it has come, as the source said with the last batch; null before the first. */
  standing(source: string): Promise<Standing | null>
  readonly deadLetters: DeadLetters
  /** Forgets which events were taken in longer ago than this (a week unless told); in bounded steps. */
  forget(olderThanMs?: number): Promise<void>
}

export type Standing = { readonly place: string; readonly places: readonly unknown[] }

const USUAL_ATTEMPTS = 5
const WEEK_MS = 7 * 24 * 3_600_000

export function createInbox(options: InboxOptions): Inbox {
  const { sql, handlers, onEvent, attempts = USUAL_ATTEMPTS } = options

  const inTransaction = (batch: LooseBatch, isCareful: boolean): Promise<TakeResult> =>
    sql.begin((tx) => takeBatch(tx, batch, { handlers, attempts, isCareful })) as Promise<TakeResult>

  async function takeEither(batch: LooseBatch): Promise<TakeResult> {
    try {
      return await inTransaction(batch, false)
    } catch (error) {
      if (!isOfEvent(error)) throw error
      return inTransaction(batch, true)
    }
  }

  async function tryAgainLater(source: string, { failures }: UndoneError): Promise<never> {
    await recordFailures(sql, source, failures)
    for (const { event, reason, attempts: tried } of failures)
      onEvent?.({ event: 'failed', source, event_id: event.id, reason, attempts: tried })
    throw new EventsFailedError(failures.length, failures[0]?.reason ?? '')
  }

  function report({ source, after }: LooseBatch, result: TakeResult): void {
    if (result.outcome === 'gap') onEvent?.({ event: 'gap', source, at: result.at, after })
    if (result.outcome !== 'taken') return
    onEvent?.({ event: 'taken', source, events: result.fresh, repeated: result.repeated })
    for (const { id, name, reason } of result.dead)
      onEvent?.({ event: 'dead letter', source, event_id: id, name, reason })
  }

  return {
    take: async (input) => {
      const batch = checkBatch(input)
      if ('reason' in batch) return { outcome: 'malformed', reason: batch.reason }
      try {
        const result = await takeEither(batch)
        report(batch, result)
        return result.outcome === 'gap' ? { outcome: 'gap', at: result.at } : { outcome: 'taken' }
      } catch (error) {
        if (error instanceof UndoneError) return tryAgainLater(batch.source, error)
        throw error
      }
    },
    standing: (source) => readStanding(sql, source),
    deadLetters: createDeadLetters(sql, handlers),
    forget: (olderThanMs = WEEK_MS) => forgetOld(sql, olderThanMs),
  }
}

async function readStanding(sql: Sql, source: string): Promise<Standing | null> {
  const [row] = await sql<Standing[]>`
    select place, places from projection_places where source = ${source} and place <> ''`
  return row ?? null
}
