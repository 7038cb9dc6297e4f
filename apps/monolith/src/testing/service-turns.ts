import type Database from 'better-sqlite3'
import { apply } from './other-side.ts'

/** A turn as the other side has it, in a conversation that is here too. */
export type ServiceTurn = {
  readonly id: string
  readonly threadId: string
  readonly ownerKey: string
  readonly text: string
  readonly reply?: string
  readonly emotionStatus?: 'pending' | 'complete'
  readonly revision?: number
}

const STAND_IN = { emotion: 'neutral', confidence: 1, polarity: 0, subjectivity: 0 }

/** Makes turns what they are on the other side, in one transaction as the mover does. */
export function applyTurns(db: Database.Database, turns: readonly ServiceTurn[]): void {
  const write = db.prepare(`
    INSERT INTO conversations (id, user_id, user_message, bot_message, reply_status, detected_emotion, confidence,
      polarity, subjectivity, emotion_status, timestamp, time_key, updated_at, thread_id, owner_key, seq, docid, revision)
    SELECT @id, user_id, @text, @reply, @replyStatus, @emotion, @confidence,
      @polarity, @subjectivity, @emotionStatus, @time, @time, @time, id, @ownerKey,
      (SELECT count(*) + 1 FROM conversations WHERE thread_id = threads.id),
      (SELECT coalesce(max(docid), 0) + 1 FROM conversations), @revision
    FROM threads WHERE id = @threadId
    ON CONFLICT (id) DO UPDATE SET bot_message = excluded.bot_message, reply_status = excluded.reply_status,
      revision = excluded.revision`)
  for (const [partition, some] of Map.groupBy(turns, ({ ownerKey }) => ownerKey))
    apply(db, { group: 'conversation', partition }, () => {
      for (const turn of some) write.run(columnsOf(turn))
    })
}

function columnsOf({ reply, emotionStatus = 'complete', revision = 1, ...turn }: ServiceTurn) {
  const replyStatus = reply === undefined ? 'pending' : 'complete'
  const time = new Date().toISOString()
  return { ...STAND_IN, ...turn, reply: reply ?? '', replyStatus, emotionStatus, revision, time }
}
