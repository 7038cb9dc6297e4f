import { answerTime, type Conversation, type Turn } from '@emotibot/contracts'
import type { ThreadRow, TurnRow } from '../store/tables.ts'

/** A thread as every route answers a conversation. */
export function answerConversation(row: ThreadRow): Conversation {
  return { id: row.id, title: row.title, created_at: row.createdAt, updated_at: row.updatedAt }
}

/** A row as every route answers a turn. While the reply is on its way there is none, whatever the column holds. */
export function answerTurn(row: TurnRow): Turn {
  return {
    id: row.id,
    conversation_id: row.threadId,
    user_message: row.userMessage ?? '',
    bot_message: row.replyStatus === 'complete' ? row.botMessage : null,
    reply_status: row.replyStatus,
    detected_emotion: row.detectedEmotion,
    confidence: row.confidence,
    polarity: row.polarity,
    subjectivity: row.subjectivity,
    timestamp: answerTime(row.timestamp ?? ''),
  }
}

/** `<time>_<id>`: where the next page of a list by time begins. */
export function timeCursor(timeKey: string, id: string): string {
  return `${timeKey}_${id}`
}

/** The two halves of a cursor that its pattern let through. */
export function readTimeCursor(cursor: string): { timeKey: string; id: string } {
  const at = cursor.indexOf('_')
  return { timeKey: cursor.slice(0, at), id: cursor.slice(at + 1) }
}
