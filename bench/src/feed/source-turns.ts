import { randomUUID } from 'node:crypto'
import { writeInSqlite } from '@emotibot/sync'
import { startMonolith } from '@emotibot/testkit'
import Database from 'better-sqlite3'
import { chatTexts } from '../emotion/texts.ts'

const TURNS_OF_A_CONVERSATION = 50
const CONVERSATIONS_OF_A_USER = 10
const REPLY = 'That is good to hear. What else is on your mind?'

/** Makes the monolith's file with turns, complete with their replies, that were there before any feed. */
export async function makeSourceOfTurns(file: string, turns: number): Promise<void> {
  const monolith = await startMonolith({ file })
  await monolith.close()
  const db = new Database(file)
  writeInSqlite(db, { group: 'conversation', partition: '' }, () => addTurns(db, turns))
  db.exec('DELETE FROM feed')
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
}

export const conversationsOf = (turns: number): number => Math.ceil(turns / TURNS_OF_A_CONVERSATION)

function addTurns(db: Database.Database, turns: number): void {
  const addThread = db.prepare(`
    INSERT INTO threads (id, user_id, title, created_at, updated_at, revision, owner_key)
    VALUES (@thread, @user, 'Of old', @time, @time, 1, @owner)`)
  const addTurn = db.prepare(`
    INSERT INTO conversations (id, user_id, user_message, bot_message, detected_emotion, confidence, polarity,
      subjectivity, timestamp, thread_id, seq, revision, reply_status, updated_at, docid, time_key, owner_key,
      emotion_status)
    VALUES (@id, @user, @text, @reply, 'happy', 0.75, 0.5, 0.25, @time, @thread, @seq, 2, 'complete', @time, @docid,
      @time, @owner, 'complete')`)
  const texts = chatTexts(1_000)
  let [thread, user] = ['', '']
  for (let at = 0; at < turns; at++) {
    const conversation = Math.floor(at / TURNS_OF_A_CONVERSATION)
    const owner = `person ${Math.floor(conversation / CONVERSATIONS_OF_A_USER)}`
    const time = new Date(Date.UTC(2024, 4, 1) + at).toISOString()
    if (at % (TURNS_OF_A_CONVERSATION * CONVERSATIONS_OF_A_USER) === 0) user = randomUUID()
    if (at % TURNS_OF_A_CONVERSATION === 0) {
      thread = randomUUID()
      addThread.run({ thread, user, owner, time })
    }
    const seq = (at % TURNS_OF_A_CONVERSATION) + 1
    const [text, reply] = [texts[at % texts.length], REPLY]
    addTurn.run({ id: randomUUID(), user, text, reply, time, thread, seq, docid: at + 1, owner })
  }
}
