import type { Analysis } from '@emotibot/contracts'
import type { Handler } from '@emotibot/service-kit'
import type { AskEmotion } from '../emotion/ask-emotion.ts'
import { type AskerDeps, findAsker, isPersonal, partitionOf } from '../meter/find-asker.ts'
import type { Replier } from '../replies/replier.ts'
import { fallbackHeader } from './fallback-header.ts'
import { whileClientStays } from './while-client-stays.ts'

export type ReplyDeps = AskerDeps & {
  readonly askEmotion: AskEmotion
  readonly reply: Replier
}

type Felt = Omit<Analysis, 'scores'>

/** Of a text that nobody could listen to: no label, no certainty. */
const UNKNOWN: Felt = { emotion: 'neutral', confidence: 0, polarity: 0, subjectivity: 0 }

export function replyTo({ askEmotion, reply, ...deps }: ReplyDeps): Handler<'ai.reply'> {
  return ({ body: { text }, request }) =>
    whileClientStays(request, async (signal) => {
      // No rows of anybody's are looked at, so nobody is named.
      const of = { user: null, partition: partitionOf(request), requestId: request.id }
      const analysis = await askEmotion({ text, ...of, signal })
      const { emotion, confidence, polarity, subjectivity } = analysis ?? UNKNOWN
      const asker = () => findAsker(request, deps)
      const written = await reply({ text, emotion }, { asker, isPersonal: isPersonal(request), signal })
      return {
        status: 200,
        body: { bot_message: written.text, emotion, confidence, polarity, subjectivity },
        headers: fallbackHeader({ reply: written.because, isEmotionKnown: analysis !== null }),
      }
    })
}
