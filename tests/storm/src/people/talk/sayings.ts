import type { Emotion } from '@emotibot/contracts'
import { hasCrisisWords, REPLIES, stableHash } from '@emotibot/contracts'

/** What nobody needs an analysis for to know how it sounds. */
export const SAYINGS: readonly (readonly [Emotion, string])[] = [
  ['happy', 'I am happy'],
  ['sad', 'I am sad'],
  ['angry', 'I am angry'],
  ['surprised', 'I am surprised'],
  ['fearful', 'I am scared'],
  ['neutral', 'The table is made of wood'],
]

/** What must be answered in the end, whoever answers. */
export function replyTo({ text, emotion }: { readonly text: string; readonly emotion: Emotion }): string {
  if (hasCrisisWords(text)) throw new Error(`"${text}" is nothing to say in a storm.`)
  const replies = REPLIES[emotion]
  return replies[stableHash(text) % replies.length] ?? ''
}
