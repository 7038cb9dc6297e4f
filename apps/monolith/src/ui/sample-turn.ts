import type { Turn } from '@emotibot/contracts'

/** A finished turn for the page's tests. */
export function sampleTurn(changes: Partial<Turn> = {}): Turn {
  return {
    id: 't1',
    conversation_id: 'c',
    user_message: 'hello',
    bot_message: 'Tell me more.',
    reply_status: 'complete',
    detected_emotion: 'neutral',
    confidence: 1,
    polarity: 0,
    subjectivity: 0,
    timestamp: '2026-01-01T00:00:00.000Z',
    ...changes,
  }
}
