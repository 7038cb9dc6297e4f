import type { Analysis } from '@emotibot/contracts'
import type { Handler, TokenVerifier } from '@emotibot/service-kit'
import type { AskEmotion } from '../emotion/ask-emotion.ts'
import { findAsker, isPersonal } from '../meter/find-asker.ts'
import type { Replier } from '../replies/replier.ts'
import { fallbackHeader } from './fallback-header.ts'
import { whileClientStays } from './while-client-stays.ts'

export type ReplyDeps = {
  readonly askEmotion: AskEmotion
  readonly reply: Replier
  readonly verify: TokenVerifier['verify']
}

type Felt = Omit<Analysis, 'scores'>

/** Of a text that nobody could listen to: no label, no certainty. */
const UNKNOWN: Felt = { emotion: 'neutral', confidence: 0, polarity: 0, subjectivity: 0 }

export function replyTo({ askEmotion, reply, verify }: ReplyDeps): Handler<'ai.reply'> {
  return ({ body: { text }, request }) =>
    whileClientStays(request, async (signal) => {
      const analysis = await askEmotion(text, signal)
      const { emotion, confidence, polarity, subjectivity } = analysis ?? UNKNOWN
      const asker = () => findAsker(request, verify)
      const written = await reply({ text, emotion }, { asker, isPersonal: isPersonal(request), signal })
      return {
        status: 200,
        body: { bot_message: written.text, emotion, confidence, polarity, subjectivity },
        headers: fallbackHeader({ reply: written.because, isEmotionKnown: analysis !== null }),
      }
    })
}
