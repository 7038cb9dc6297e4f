import { CRISIS_REPLY, hasCrisisWords, REPLIES, replyChunks, stableHash } from '@emotibot/contracts'
import type { Provider, Question } from '../provider/provider.ts'

/** The built-in responder: help first to words of crisis, else the sentence that the contract picks. Never fails. */
export const builtIn: Provider = {
  async *reply(question) {
    for (const text of replyChunks(sentenceFor(question))) yield { type: 'text', text }
  },
}

function sentenceFor({ text, emotion }: Question): string {
  if (hasCrisisWords(text)) return CRISIS_REPLY
  const sentences = REPLIES[emotion]
  return sentences[stableHash(text) % sentences.length] ?? sentences[0] ?? ''
}
