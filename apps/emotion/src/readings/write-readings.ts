import { type EventData, toStorable } from '@emotibot/contracts'
import type { TransactionSql } from '@emotibot/db'

/** A turn as an event tells of it, and whose partition it is of. */
export type RecordedTurn = {
  readonly partition: string
  readonly data: EventData<'conversation.turn_recorded.v1'>
}

/**
 * Takes in what turns sound like, however many, by one statement. A turn comes once. An older telling changes nothing, and a
 * turn that was deleted stays so: who tells in another order tells the same in the end.
 */
export async function writeReadings(tx: TransactionSql, turns: readonly RecordedTurn[]): Promise<void> {
  await tx`
    insert into readings (turn_id, user_id, owner_key, time_key, emotion, polarity, is_threaded, revision)
    select turn_id, user_id, owner_key, time_key, emotion, polarity, is_threaded, revision
    from json_to_recordset(${JSON.stringify(turns.map(rowOf))}::text::json) as told(
      turn_id text, user_id text, owner_key text, time_key text, emotion text, polarity double precision,
      is_threaded boolean, revision bigint)
    where not exists (select from gone_readings gone where gone.turn_id = told.turn_id)
    on conflict (turn_id) do update set
      user_id = excluded.user_id, owner_key = excluded.owner_key, time_key = excluded.time_key,
      emotion = excluded.emotion, polarity = excluded.polarity, is_threaded = excluded.is_threaded,
      revision = excluded.revision
    where readings.revision <= excluded.revision`
}

/** Forgets turns for good. */
export async function removeReadings(tx: TransactionSql, turnIds: readonly string[]): Promise<void> {
  const ids = [...turnIds]
  await tx`insert into gone_readings select unnest(${ids}::text[]) on conflict do nothing`
  await tx`delete from readings where turn_id = any(${ids})`
}

/**
 * Held to the end of a transaction that writes readings. Without it one that looked for a deletion before it was
 * committed could bring the turn back after it.
 */
export async function lockReadings(tx: TransactionSql): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended('emotibot readings', 0))`
}

function rowOf({ partition, data: { user_id, revision, time_key, turn } }: RecordedTurn) {
  return {
    turn_id: turn.id,
    user_id,
    owner_key: toStorable(partition),
    time_key,
    emotion: turn.detected_emotion && toStorable(turn.detected_emotion),
    polarity: turn.polarity,
    is_threaded: turn.conversation_id !== '',
    revision,
  }
}
