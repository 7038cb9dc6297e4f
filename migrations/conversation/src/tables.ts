import { answersFeed, type FeedTable } from '@emotibot/sync'

const inConversation = { group: 'conversation', leavesTombstone: true } as const

const answers = answersFeed({ table: 'conversation_idempotency_keys', group: 'conversation' })

const conversations = { ...inConversation, entity: 'conversation', keyColumns: ['id'] } as const
/**
 * With every column there is, here or where the entity is declared: one that nobody maps stops the feed, for its content
 * would be lost at a flip.
 */
export const monolithTables = {
  threads: { ...conversations, table: 'threads' },
  turns: {
    ...inConversation,
    table: 'conversations',
    entity: 'turn',
    keyColumns: ['id'],
    columns: [
      'id',
      'user_id',
      'user_message',
      'bot_message',
      'detected_emotion',
      'confidence',
      'polarity',
      'subjectivity',
      'timestamp',
      'thread_id',
      'seq',
      'revision',
      'reply_status',
      'updated_at',
      'docid',
      'time_key',
      'owner_key',
      'emotion_status',
    ],
  },
  answers,
} as const satisfies Record<string, FeedTable>

export const serviceTables = {
  conversations: { ...conversations, table: 'conversations' },
  /** Two rows of one key. A bot's message never goes alone, so the end of either is the end of the turn. */
  messages: {
    ...inConversation,
    table: 'messages',
    entity: 'turn',
    keyColumns: ['turn_id'],
    columns: [
      'turn_id',
      'role',
      'conversation_id',
      'user_id',
      'owner_key',
      'seq',
      'text',
      'detected_emotion',
      'confidence',
      'polarity',
      'subjectivity',
      'said_at',
      'time_key',
      'reply_status',
      'emotion_status',
      'updated_at',
      'revision',
      'words',
      'legacy',
    ],
  },
  answers,
} as const satisfies Record<string, FeedTable>
