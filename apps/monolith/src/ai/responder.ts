import { CRISIS_REPLY, type Emotion, hasCrisisWords, REPLIES, stableHash } from '@emotibot/contracts'

/** The built-in responder: the same text and emotion get the same reply, and words of crisis get help before anything else. */
export function composeReply(text: string, emotion: Emotion): string {
  if (hasCrisisWords(text)) return CRISIS_REPLY
  const sentences = REPLIES[emotion]
  return sentences[stableHash(text) % sentences.length]!
}
