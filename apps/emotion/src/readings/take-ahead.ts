import { EVENTS, EventBatch, type EventName } from '@emotibot/contracts'
import type { Sql } from '@emotibot/db'
import { createCheck } from '@emotibot/service-kit'
import { lockReadings, type RecordedTurn, removeReadings, writeReadings } from './write-readings.ts'

const isBatch = createCheck(EventBatch)
const isRecorded = createCheck(EVENTS['conversation.turn_recorded.v1'])
const isDeleted = createCheck(EVENTS['conversation.turn_deleted.v1'])

/** What a batch tells of turns; what it tells badly is left to the inbox. */
type Told = { readonly recorded: readonly RecordedTurn[]; readonly deleted: readonly string[] }

/**
 * Writes the readings of a whole batch in two statements, before the inbox takes it in event by event. To be early does no
 * harm (`writeReadings`), and how far the readings are is the inbox's to say, after. Answers the data of what was written.
 */
export async function takeAhead(sql: Sql, batch: unknown): Promise<readonly object[]> {
  if (!isBatch(batch)) return []
  const events = batch.events.filter(({ name, data }) => isOfTurns(name as EventName, data))
  if (events.length < 2) return []
  const { recorded, deleted } = tellingOf(events)
  await sql.begin(async (tx) => {
    await lockReadings(tx)
    await removeReadings(tx, deleted)
    await writeReadings(tx, recorded)
  })
  return events.map(({ data }) => data as object)
}

function isOfTurns(name: EventName, data: unknown): boolean {
  return name === 'conversation.turn_recorded.v1' ? isRecorded(data) : isDeletedTurn(name, data)
}

function isDeletedTurn(name: EventName, data: unknown): boolean {
  return name === 'conversation.turn_deleted.v1' && isDeleted(data)
}

function tellingOf(events: EventBatch['events']): Told {
  const newest = new Map<string, RecordedTurn>()
  const deleted: string[] = []
  for (const { partition, data } of events) {
    if (isDeleted(data)) deleted.push(data.turn_id)
    else if (isRecorded(data)) keepNewest(newest, { partition, data })
  }
  return { recorded: [...newest.values()], deleted }
}

function keepNewest(newest: Map<string, RecordedTurn>, told: RecordedTurn): void {
  const { turn, revision } = told.data
  const held = newest.get(turn.id)
  if (!held || held.data.revision <= revision) newest.set(turn.id, told)
}
