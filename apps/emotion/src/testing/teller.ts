import { randomUUID } from 'node:crypto'
import {
  DEAD_LETTERS_PATH,
  type DeadLetter,
  EVENTS_PATH,
  type EventBatch,
  type EventEnvelope,
  fold,
  type Turn,
} from '@emotibot/contracts'
import { type Person, toService } from './start-emotion.ts'

export type Told = Partial<Turn> & { readonly revision?: number; readonly time_key?: string }

const NOON = '2026-03-01T12:00:00.000Z'

/** A turn as conversation tells of it. */
export function recorded(
  { userId, username }: Pick<Person, 'userId' | 'username'>,
  told: Told = {},
): EventEnvelope {
  const { revision = 1, time_key = told.timestamp ?? NOON, ...given } = told
  const turn: Turn = {
    id: randomUUID(),
    conversation_id: 'c-1',
    user_message: 'hello',
    bot_message: 'hello',
    reply_status: 'complete',
    detected_emotion: 'happy',
    confidence: 0.5,
    polarity: 0.5,
    subjectivity: 0.5,
    timestamp: NOON,
    ...given,
  }
  return {
    event_id: `${turn.id}.${revision}`,
    name: 'conversation.turn_recorded.v1',
    partition: fold(username),
    occurred_at: NOON,
    data: { user_id: userId, revision, time_key, turn },
  }
}

export function deleted({ username }: Pick<Person, 'username'>, turnId: string): EventEnvelope {
  return {
    event_id: `${turnId}.deleted`,
    name: 'conversation.turn_deleted.v1',
    partition: fold(username),
    occurred_at: NOON,
    data: { turn_id: turnId },
  }
}

/** Conversation's relay: batches that follow one another. */
export class Teller {
  readonly #url: string
  #place = 0

  constructor(url: string) {
    this.#url = url
  }

  /** The next batch; `places` is how far its source is. */
  batch(events: readonly unknown[], places: EventBatch['places'] = []): unknown {
    const [after, upTo] = [this.#place, this.#place + 1].map(placeOf)
    this.#place += 1
    return { source: 'conversation', after, upTo, places, events }
  }

  async send(batch: unknown): Promise<number> {
    const headers = { 'content-type': 'application/json', ...(await toService('emotion')) }
    const answer = await fetch(this.#url + EVENTS_PATH, {
      method: 'POST',
      headers,
      body: JSON.stringify(batch),
    })
    await answer.arrayBuffer()
    return answer.status
  }

  /** Throws unless it is taken in. */
  async tell(events: readonly unknown[], places: EventBatch['places'] = []): Promise<void> {
    const status = await this.send(this.batch(events, places))
    if (status !== 204) throw new Error(`The events were answered ${status}.`)
  }

  async deadLetters(): Promise<DeadLetter[]> {
    const answer = await fetch(this.#url + DEAD_LETTERS_PATH, { headers: await toService('emotion') })
    return ((await answer.json()) as { dead_letters: DeadLetter[] }).dead_letters
  }
}

const placeOf = (at: number): string => (at === 0 ? '' : `cccccccccc.${String(at).padStart(12, '0')}`)
