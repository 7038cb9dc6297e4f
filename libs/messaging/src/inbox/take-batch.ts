// One batch, one transaction of the consumer:
//
//   where it stands (locked) ─► the batch's turn? ─► each fresh event: its handler ─► inbox, place ─► COMMIT
//
// First all together. When an event fails, once more with each in a savepoint of its own: those that have no tries left
// become dead letters and the rest goes on; while one has, nothing of the batch is kept, and the relay sends it again.
import type { TransactionSql } from '@emotibot/db'
import { comparePlaces } from '../place.ts'
import { type CheckedEvent, checkEvent, type GoodEvent, type LooseBatch } from './check-event.ts'
import { type DeadEvent, keepDeadLetter } from './dead-letters.ts'
import { attemptsSoFar, forgetFailures } from './failures.ts'
import { handleEvent } from './handle-event.ts'
import type { EventHandlers } from './inbox.ts'
import { isOfEvent, reasonOf } from './is-of-event.ts'

export type TakeOptions = {
  readonly handlers: EventHandlers
  readonly attempts: number
  readonly isCareful: boolean
}

export type Failure = { readonly event: GoodEvent; readonly reason: string; readonly attempts: number }

export type TakeResult =
  | {
      readonly outcome: 'taken'
      readonly fresh: number
      readonly repeated: number
      readonly dead: DeadEvent[]
    }
  | { readonly outcome: 'repeated' }
  | { readonly outcome: 'gap'; readonly at: string }

/** Thrown to undo the batch: these events have tries left. */
export class UndoneError extends Error {
  readonly failures: readonly Failure[]

  constructor(failures: readonly Failure[]) {
    super('events of this batch are tried again')
    this.name = 'UndoneError'
    this.failures = failures
  }
}

export async function takeBatch(
  tx: TransactionSql,
  batch: LooseBatch,
  options: TakeOptions,
): Promise<TakeResult> {
  const at = await lockPlace(tx, batch.source)
  const turn = turnOf(batch, at)
  if (turn !== 'next') return turn === 'repeated' ? { outcome: 'repeated' } : { outcome: 'gap', at }
  const fresh = await freshEvents(tx, batch)
  const dead = await takeEvents(tx, { source: batch.source, events: fresh }, options)
  for (const one of dead) await keepDeadLetter(tx, one)
  await keepTaken(tx, batch, fresh)
  return { outcome: 'taken', fresh: fresh.length, repeated: batch.events.length - fresh.length, dead }
}

/** A batch that reaches back is taken, and what is known of it is passed over. */
function turnOf({ after, upTo }: LooseBatch, at: string): 'next' | 'repeated' | 'gap' {
  const end = comparePlaces(upTo, at)
  const start = comparePlaces(after, at)
  if (end === 'same' || end === 'before') return 'repeated'
  return end === 'after' && (start === 'before' || start === 'same') ? 'next' : 'gap'
}

/** Of two replicas that get one batch, the second waits here and finds it done. */
async function lockPlace(tx: TransactionSql, source: string): Promise<string> {
  await tx`
    insert into projection_places (source, place, places) values (${source}, '', '[]') on conflict do nothing`
  const [row] = await tx<{ place: string }[]>`
    select place from projection_places where source = ${source} for update`
  return row?.place ?? ''
}

async function freshEvents(tx: TransactionSql, { source, events }: LooseBatch): Promise<CheckedEvent[]> {
  const byId = new Map(events.map(checkEvent).map((event) => [event.id, event]))
  const known = await tx<{ event_id: string }[]>`
    select event_id from inbox where source = ${source} and event_id = any(${[...byId.keys()]})`
  for (const { event_id } of known) byId.delete(event_id)
  return [...byId.values()]
}

type Taking = { readonly source: string; readonly events: readonly CheckedEvent[] }

async function takeEvents(tx: TransactionSql, taking: Taking, options: TakeOptions): Promise<DeadEvent[]> {
  const { source, events } = taking
  const bad = events.flatMap((event) => (event.isGood ? [] : [{ ...event, source, attempts: 1 }]))
  const good = events.filter((event) => event.isGood)
  if (!options.isCareful) {
    for (const event of good) await handleEvent(tx, options.handlers, { source, event })
    return bad
  }
  const failures = await takeCarefully(tx, { source, events: good }, options)
  if (failures.some(({ attempts }) => attempts < options.attempts)) throw new UndoneError(failures)
  return [
    ...bad,
    ...failures.map(({ event, reason, attempts }) => deadOf(source, event, { reason, attempts })),
  ]
}

const deadOf = (
  source: string,
  event: GoodEvent,
  why: Pick<DeadEvent, 'reason' | 'attempts'>,
): DeadEvent => ({
  source,
  id: event.id,
  name: event.name,
  given: event.envelope,
  ...why,
})

async function takeCarefully(
  tx: TransactionSql,
  { source, events }: { readonly source: string; readonly events: readonly GoodEvent[] },
  { handlers }: TakeOptions,
): Promise<Failure[]> {
  // Else a deferred constraint would speak up at COMMIT, and blame nobody.
  await tx`set constraints all immediate`
  const failed: { readonly event: GoodEvent; readonly reason: string }[] = []
  for (const event of events) {
    try {
      await tx.savepoint((inner) => handleEvent(inner, handlers, { source, event }))
    } catch (error) {
      if (!isOfEvent(error)) throw error
      failed.push({ event, reason: reasonOf(error) })
    }
  }
  const earlier = await attemptsSoFar(
    tx,
    source,
    failed.map(({ event }) => event.id),
  )
  return failed.map((one) => ({ ...one, attempts: (earlier.get(one.event.id) ?? 0) + 1 }))
}

async function keepTaken(
  tx: TransactionSql,
  batch: LooseBatch,
  fresh: readonly CheckedEvent[],
): Promise<void> {
  const ids = fresh.map(({ id }) => id)
  if (ids.length > 0) {
    await tx`insert into inbox (source, event_id) select ${batch.source}, unnest(${ids}::text[])`
    await forgetFailures(tx, batch.source, ids)
  }
  // As text, cast there: what the driver makes of an array is a Postgres array.
  await tx`
    update projection_places
    set place = ${batch.upTo}, places = ${JSON.stringify(batch.places)}::text::jsonb, at = clock_timestamp()
    where source = ${batch.source}`
}
