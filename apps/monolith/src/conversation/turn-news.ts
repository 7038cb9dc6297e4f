import { eventId } from '@emotibot/contracts'
import type { LiveHub } from '../realtime/live-hub.ts'
import type { TurnRow } from '../store/tables.ts'
import { answerTurn } from './answer.ts'

/** Tells a turn's user how it stands, once a revision and never backwards, whichever side wrote it. */
export type TurnNews = {
  created(row: TurnRow): void
  updated(row: TurnRow): void
  /** Where only the row is known: what was never told of is new. */
  tell(row: TurnRow): void
}

/** So many turns are remembered: what comes of one comes soon. */
const REMEMBERED_MAX = 10_000

export function createTurnNews(hub: Pick<LiveHub, 'publish'>): TurnNews {
  const told = new Map<string, number>()

  function isNews({ id, revision }: TurnRow): boolean {
    const last = told.get(id) ?? 0
    told.delete(id)
    told.set(id, Math.max(last, revision))
    const [oldest] = told.size > REMEMBERED_MAX ? told.keys() : []
    if (oldest !== undefined) told.delete(oldest)
    return revision > last
  }

  function publish(type: 'turn.created' | 'turn.updated', row: TurnRow): void {
    const { id, userId, revision } = row
    if (userId === null || !isNews(row)) return
    hub.publish(userId, { type, event_id: eventId(id, revision), turn: answerTurn(row) })
  }

  return {
    created: (row) => publish('turn.created', row),
    updated: (row) => publish('turn.updated', row),
    tell: (row) => publish(told.has(row.id) ? 'turn.updated' : 'turn.created', row),
  }
}
