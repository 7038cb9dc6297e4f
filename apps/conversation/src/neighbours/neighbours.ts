import { Analysis, routes } from '@emotibot/contracts'
import { createCheck, createInternalClient } from '@emotibot/service-kit'
import type { ConversationConfig } from '../config.ts'
import { createAsk } from './ask-neighbour.ts'

const USER_DEADLINE_MS = 1_500

/** The other domains, as far as this one needs them; through the facade's internal port, so that the ledger decides who answers. */
export function createNeighbours(config: ConversationConfig) {
  const { internalUrl: url, legacyJwtSecret: secret, emotionDeadlineMs, replyDeadlineMs } = config
  const client = createInternalClient({ url, name: 'conversation', secret })
  return {
    askEmotion: createAsk({
      client,
      key: 'emotion.analyze',
      deadlineMs: emotionDeadlineMs,
      isAnswer: createCheck(Analysis),
    }),
    askReply: createAsk({
      client,
      key: 'ai.reply',
      deadlineMs: replyDeadlineMs,
      isAnswer: createCheck(routes['ai.reply'].success[200].schema),
    }),
    askUser: createAsk({
      client,
      key: 'auth.me',
      deadlineMs: USER_DEADLINE_MS,
      isAnswer: createCheck(routes['auth.me'].success[200].schema),
      refusals: [401],
    }),
  }
}

export type Neighbours = ReturnType<typeof createNeighbours>
