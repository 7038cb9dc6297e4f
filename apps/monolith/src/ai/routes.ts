import { type Analysis, SUGGESTIONS } from '@emotibot/contracts'
import type { Handlers } from '@emotibot/service-kit'
import type { Store } from '../store/store.ts'
import { insightsOf, latestFelt } from './insights.ts'
import { composeReply } from './responder.ts'

export type AiDeps = { readonly store: Store; readonly analyze: (text: string) => Analysis }

export function aiHandlers({ store, analyze }: AiDeps) {
  return {
    'ai.reply': ({ body: { text } }) => {
      const { emotion, confidence, polarity, subjectivity } = analyze(text)
      const felt = { emotion, confidence, polarity, subjectivity }
      return { status: 200, body: { bot_message: composeReply(text, emotion), ...felt } }
    },
    'ai.suggestions': () => ({ status: 200, body: { suggestions: SUGGESTIONS } }),
    'ai.insights': ({ identity }) => {
      const felt = store.read((db) => latestFelt(db, identity.claims.sub))
      return { status: 200, body: { insights: insightsOf(felt) } }
    },
  } satisfies Handlers
}
