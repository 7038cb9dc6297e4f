import { openPostgres } from '@emotibot/db'
import Database from 'better-sqlite3'

export type TalkRow = { readonly id: string; readonly userId: string; readonly title: string }
export type TurnRow = {
  readonly id: string
  readonly userId: string
  readonly talkId: string
  readonly seq: number
  readonly text: string
  readonly emotion: string
  readonly reply: string | null
  readonly replyStatus: string
  readonly emotionStatus: string
}
export type FeedbackRow = { readonly turnId: string; readonly userId: string; readonly emotion: string }

/** What one side holds of conversations, and of what was said of them. */
export type TalkRows = {
  readonly name: 'monolith' | 'service'
  readonly talks: readonly TalkRow[]
  readonly turns: readonly TurnRow[]
  readonly feedback: readonly FeedbackRow[]
}

export function readTalksOfMonolith(file: string): TalkRows {
  const database = new Database(file, { readonly: true })
  try {
    const talks = database.prepare<[], TalkRow>('SELECT id, user_id AS userId, title FROM threads').all()
    const turns = database
      .prepare<[], TurnRow>(
        `SELECT id, user_id AS userId, thread_id AS talkId, seq, user_message AS text, bot_message AS reply,
           detected_emotion AS emotion, reply_status AS replyStatus, emotion_status AS emotionStatus
         FROM conversations ORDER BY thread_id, seq`,
      )
      .all()
    const feedback = database
      .prepare<[], FeedbackRow>('SELECT turn_id AS turnId, user_id AS userId, emotion FROM feedback')
      .all()
    return { name: 'monolith', talks, turns, feedback }
  } finally {
    database.close()
  }
}

export type ServiceUrls = { readonly conversation: string; readonly emotion: string }

export async function readTalksOfServices(urls: ServiceUrls): Promise<TalkRows> {
  const [conversation, emotion] = [urls.conversation, urls.emotion].map((url) =>
    openPostgres(url, { applicationName: 'storm', max: 1 }),
  )
  if (!conversation || !emotion) throw new Error('Both services have a database.')
  try {
    const talks = await conversation<TalkRow[]>`select id, user_id as "userId", title from conversations`
    const turns = await conversation<TurnRow[]>`
      select said.turn_id as id, said.user_id as "userId", said.conversation_id as "talkId", said.seq::int,
        said.text, replied.text as reply, said.detected_emotion as emotion,
        said.reply_status as "replyStatus", said.emotion_status as "emotionStatus"
      from messages said left join messages replied on replied.turn_id = said.turn_id and replied.role = 'bot'
      where said.role = 'user' order by said.conversation_id, said.seq`
    const feedback = await emotion<FeedbackRow[]>`
      select turn_id as "turnId", user_id as "userId", emotion from feedback`
    return { name: 'service', talks, turns, feedback }
  } finally {
    await Promise.all([conversation.end({ timeout: 5 }), emotion.end({ timeout: 5 })])
  }
}
