import type { Emotion } from '../schemas/emotion.ts'

/**
 * What the built-in responder may say. The reply to a text is the sentence at `stableHash(text) % length` of its
 * emotion's list, or CRISIS_REPLY when `hasCrisisWords(text)`: the same on both sides, with nothing remembered.
 */
export const REPLIES: Readonly<Record<Emotion, readonly string[]>> = {
  happy: [
    'That sounds lovely. What made it so good?',
    "I'm glad to hear that. Would you like to tell me more about it?",
    'It is good to hear you in high spirits. What are you looking forward to next?',
    'Moments like that are worth keeping. Who would you like to share it with?',
  ],
  sad: [
    "I'm sorry, that sounds heavy. Do you want to tell me what happened?",
    'That must be hard. I am here, take your time.',
    'It is all right to feel sad about this. What would help a little right now?',
    'Thank you for telling me. Has it been like this for long?',
  ],
  angry: [
    'I can hear how much this bothers you. What part of it is the worst?',
    'That would make many people angry. What would you want to happen now?',
    'It makes sense to be upset. Would it help to walk me through what happened?',
    'That sounds frustrating. What have you tried so far?',
  ],
  surprised: [
    'I did not see that coming either! How do you feel about it now?',
    'That is quite a turn. What happened next?',
    'Oh! Was it a good surprise, or are you still making up your mind?',
    'That must have taken you off guard. What are you going to do?',
  ],
  fearful: [
    'That sounds frightening. Are you safe right now?',
    'It is understandable to be worried. What is the part you think about most?',
    'Let us take it one step at a time. What is the next small thing you can do?',
    'Thank you for telling me. Sometimes it helps to say what you are afraid will happen. Do you want to try?',
  ],
  neutral: [
    'I see. Tell me more.',
    'Thank you for telling me. How does that feel to you?',
    'Go on, I am listening.',
    'Understood. What is on your mind about it?',
  ],
}

/** Help first. It names no country's number, for nobody here knows where the reader is. */
export const CRISIS_REPLY =
  'I am really glad you told me. You deserve help from a person right now: please call your local emergency number, ' +
  'or a crisis line such as the ones listed at findahelpline.com. If you can, go to someone you trust and tell them ' +
  'what you told me. I am an automatic program and cannot keep you safe, but people can, and they want to.'

/** Calm ways to begin. */
export const SUGGESTIONS: readonly string[] = [
  'Today was...',
  'Something small that made me smile:',
  'I keep thinking about...',
  'I could use some company.',
  'Help me sort out a feeling.',
]

/** FNV-1a over UTF-16 units, 32 bits, unsigned (Fowler, Noll & Vo). Stable over processes and machines. */
export function stableHash(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  return hash >>> 0
}

/** How a reply is cut for streaming: words with the space after them. Joined, they are the reply. */
export function replyChunks(reply: string): string[] {
  return reply.match(/\S+\s*|\s+/g) ?? []
}
