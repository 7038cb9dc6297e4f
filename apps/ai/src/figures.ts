import type { Logger, Server } from '@emotibot/service-kit'
import { Counter } from 'prom-client'
import type { AttemptEnd } from './provider/guard.ts'
import type { ProviderFailure } from './provider/provider.ts'
import type { Reply } from './replies/replier.ts'

export type Figures = {
  /** A call of the provider ended. */
  attempted(end: AttemptEnd, failure: ProviderFailure | null): void
  replied(reply: Reply): void
  /** A text was answered as neutral because nobody could say more. */
  missedEmotion(): void
  /** A look back was not possible: the monolith may be asked instead. */
  missedFelt(cause: unknown): void
}

/** Counts and logs what happens here; no text and no name is in it. */
export function createFigures({ metrics }: Pick<Server, 'metrics'>, logger: Logger): Figures {
  const registers = [metrics]
  const attempts = new Counter({
    name: 'emotibot_ai_provider_attempts_total',
    help: 'Calls of the provider by how they ended',
    labelNames: ['end'] as const,
    registers,
  })
  const replies = new Counter({
    name: 'emotibot_ai_replies_total',
    help: 'Replies by who wrote them, and why where that is a fallback',
    labelNames: ['by', 'because'] as const,
    registers,
  })
  const tokens = new Counter({
    name: 'emotibot_ai_tokens_total',
    help: 'Tokens that replies cost of the provider',
    registers,
  })
  const unknown = new Counter({
    name: 'emotibot_ai_emotion_unknown_total',
    help: 'Texts answered as neutral because the emotion service did not say',
    registers,
  })

  const unfelt = new Counter({
    name: 'emotibot_ai_felt_unknown_total',
    help: 'Looks back that failed because nobody told how turns were felt',
    registers,
  })

  return {
    attempted(end, failure) {
      attempts.inc({ end })
      if (!failure) return
      // Somebody must mend the settings; everything else mends itself.
      const level = failure.reason === 'misconfigured' ? 'error' : 'warn'
      logger[level]({ reason: failure.reason, because: failure.message }, 'the provider gave no reply')
    },
    replied(reply) {
      replies.inc({ by: reply.by, because: reply.because ?? 'none' })
      tokens.inc(reply.tokens)
    },
    missedEmotion: () => unknown.inc(),
    missedFelt(cause) {
      unfelt.inc()
      logger.warn({ err: cause }, 'how turns were felt could not be read')
    },
  }
}
