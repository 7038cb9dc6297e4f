import { eventId, type FrameOut, RESUME_MAX_IDS } from '@emotibot/contracts'
import { and, asc, count, eq, gte, inArray, isNotNull, min } from 'drizzle-orm'
import type { MissedTurns } from '../realtime/answer-frame.ts'
import type { Reader } from '../store/store.ts'
import { type TurnRow, turns } from '../store/tables.ts'
import { answerTurn } from './answer.ts'

/** What a page missed since the oldest event it names; `resync` when one of them is gone by now, or it is too much. */
export function changedTurnsSince(db: Reader, userId: string, seen: readonly string[]): MissedTurns {
  const rowIds = [...new Set(seen.map((event) => event.slice(0, event.lastIndexOf('.'))))]
  const since = oldestUpdate(db, userId, rowIds)
  if (since === null) return { kind: 'resync' }
  const rows = changedSince(db, userId, since)
  if (rows.length > READ_MAX) return { kind: 'resync' }
  const isSeen = new Set(seen)
  const known = new Set(rowIds)
  const missed = rows.filter((row) => !isSeen.has(eventId(row.id, row.revision)))
  return { kind: 'events', frames: missed.map((row) => frameOf(row, known.has(row.id))) }
}

const READ_MAX = 2 * RESUME_MAX_IDS

/** When the row among these that changed first was changed; null when one of them is not there (any more). */
function oldestUpdate(db: Reader, userId: string, rowIds: readonly string[]): string | null {
  const found = db
    .select({ oldest: min(turns.updatedAt), count: count() })
    .from(turns)
    .where(and(eq(turns.userId, userId), inArray(turns.id, [...rowIds])))
    .get()
  return found?.count === rowIds.length ? found.oldest : null
}

function changedSince(db: Reader, userId: string, since: string): TurnRow[] {
  return db
    .select()
    .from(turns)
    .where(and(eq(turns.userId, userId), gte(turns.updatedAt, since), isNotNull(turns.threadId)))
    .orderBy(asc(turns.updatedAt), asc(turns.seq))
    .limit(READ_MAX + 1)
    .all()
}

function frameOf(row: TurnRow, isKnown: boolean): FrameOut {
  const type = isKnown ? 'turn.updated' : 'turn.created'
  return { type, event_id: eventId(row.id, row.revision), turn: answerTurn(row) }
}
