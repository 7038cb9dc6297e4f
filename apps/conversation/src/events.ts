import { type EventData, type EventEnvelope, type EventName, eventId } from '@emotibot/contracts'
import type { OutboxEntry } from '@emotibot/sync'
import { answerTurn } from './answer.ts'
import type { TurnRow } from './turns.ts'

/** What of a turn is told. */
export type ToldTurn = Omit<TurnRow, 'seq' | 'emotionStatus' | 'updatedAt'>

/**
 * What is told of a turn that changed; `row` as it is now, null where it was deleted. Of a turn of nobody, which is in no
 * conversation, nothing is told.
 */
export function eventOf({ key, partition, at }: OutboxEntry, row: ToldTurn | null): EventEnvelope | null {
  if (row === null) return deleted(key, { partition: partition ?? '', occurred_at: at })
  const { userId, conversationId, revision, timeKey, ownerKey } = row
  if (userId === null || conversationId === null) return null
  const name: EventName = 'conversation.turn_recorded.v1'
  const data: EventData<typeof name> = { user_id: userId, revision, time_key: timeKey, turn: answerTurn(row) }
  return { event_id: eventId(key, revision), name, partition: ownerKey, occurred_at: at, data }
}

function deleted(turnId: string, when: Pick<EventEnvelope, 'partition' | 'occurred_at'>): EventEnvelope {
  const name: EventName = 'conversation.turn_deleted.v1'
  return { event_id: `${turnId}.deleted`, name, ...when, data: { turn_id: turnId } }
}
