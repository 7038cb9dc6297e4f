import { answerTime, type Conversation, type Turn } from '@emotibot/contracts'
import type { ConversationRow } from './schema.ts'
import type { TurnRow } from './turns.ts'

export function answerConversation(row: ConversationRow): Conversation {
  return { id: row.id, title: row.title, created_at: row.createdAt, updated_at: row.updatedAt }
}

type Answered = Omit<
  TurnRow,
  'userId' | 'ownerKey' | 'seq' | 'timeKey' | 'emotionStatus' | 'updatedAt' | 'revision'
>

/** A turn as every route answers one. While the reply is on its way there is none, whatever is held. */
export function answerTurn(row: Answered): Turn {
  return {
    id: row.turnId,
    conversation_id: row.conversationId ?? '',
    user_message: row.text ?? '',
    bot_message: row.replyStatus === 'complete' ? row.reply : null,
    reply_status: row.replyStatus,
    detected_emotion: row.detectedEmotion,
    confidence: row.confidence,
    polarity: row.polarity,
    subjectivity: row.subjectivity,
    timestamp: answerTime(row.saidAt ?? ''),
  }
}
