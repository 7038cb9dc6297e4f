import { readStorable } from '@emotibot/contracts'
import type { TransactionSql } from '@emotibot/db'
import type { ToldTurn } from '../events.ts'

/** As the driver gives it: text as it is held. */
type Columns = ToldTurn

/** The turns of these ids that there are, in the snapshot of the transaction. */
export async function readToldTurns(
  tx: TransactionSql,
  turnIds: readonly string[],
): Promise<Map<string, ToldTurn>> {
  const rows = await tx<Columns[]>`
    select said.turn_id as "turnId", said.conversation_id as "conversationId", said.user_id as "userId",
      said.owner_key as "ownerKey", said.text, said.detected_emotion as "detectedEmotion", said.confidence,
      said.polarity, said.subjectivity, said.said_at as "saidAt", said.time_key as "timeKey",
      said.reply_status as "replyStatus", said.revision::float8 as revision, replied.text as reply
    from messages said
    left join messages replied on replied.turn_id = said.turn_id and replied.role = 'bot'
    where said.role = 'user' and said.turn_id = any(${[...turnIds]})`
  return new Map(rows.map((row) => [row.turnId, readTexts(row)]))
}

function readTexts(row: Columns): ToldTurn {
  const read = (held: string | null) => (held === null ? null : readStorable(held))
  return {
    ...row,
    userId: read(row.userId),
    ownerKey: readStorable(row.ownerKey),
    text: read(row.text),
    reply: read(row.reply),
    detectedEmotion: read(row.detectedEmotion),
    saidAt: read(row.saidAt),
  }
}
