import { hasCrisisWords } from '@emotibot/contracts'
import type { Asker, Meter } from '../meter/meter.ts'
import { estimateTokens, promptTokens, REPLY_TOKENS_MAX } from '../provider/prompt.ts'
import { type FailureReason, type Provider, ProviderFailure, type Question } from '../provider/provider.ts'
import { builtIn } from './built-in.ts'
import type { ReplyCache } from './reply-cache.ts'

/** Why the built-in responder spoke where the provider should have. `allowance`: the day's tokens are spent. */
export type FallbackReason = FailureReason | 'allowance'

export type Reply = {
  readonly text: string
  readonly by: 'provider' | 'cache' | 'built-in'
  /** Null when this is who should have replied. */
  readonly because: FallbackReason | null
  /** What it cost of the provider. */
  readonly tokens: number
}

/** Who asks, told only to the meter. */
export type Asking = {
  readonly asker: () => Promise<Asker>
  /** Keeps the reply out of the cache, and the cache out of the reply. */
  readonly isPersonal: boolean
  readonly signal: AbortSignal
}

export type ReplierOptions = {
  /** Guarded; null where none is configured, and then the built-in responder is who should reply. */
  readonly provider: Provider | null
  readonly cache: ReplyCache
  readonly meter: Meter
  readonly onReply?: (reply: Reply) => void
}

export type Replier = (question: Question, asking: Asking) => Promise<Reply>

/** Somebody always gets a reply: the provider's if it can be had, else a built-in one that says so. */
export function createReplier({ provider, cache, meter, onReply }: ReplierOptions): Replier {
  async function decide(question: Question, asking: Asking): Promise<Reply> {
    // Nobody in need waits for a model, or gets what it makes of it.
    if (!provider || hasCrisisWords(question.text)) return fallBack(question, null)
    const known = asking.isPersonal ? null : cache.find(question)
    if (known !== null) return { text: known, by: 'cache', because: null, tokens: 0 }
    return askProvider(provider, question, asking)
  }

  async function askProvider(from: Provider, question: Question, asking: Asking): Promise<Reply> {
    const most = promptTokens(question) + REPLY_TOKENS_MAX
    const reservation = meter.reserve(await asking.asker(), most)
    if (!reservation) return fallBack(question, 'allowance')
    const { text, tokens, failure } = await collect(from, question, asking.signal)
    reservation.settle(tokens)
    if (failure) return { ...(await fallBack(question, failure.reason)), tokens }
    if (!asking.isPersonal) cache.keep(question, text)
    return { text, by: 'provider', because: null, tokens }
  }

  return async (question, asking) => {
    const reply = await decide(question, asking)
    onReply?.(reply)
    return reply
  }
}

async function fallBack(question: Question, because: FallbackReason | null): Promise<Reply> {
  const { text } = await collect(builtIn, question, NEVER)
  return { text, by: 'built-in', because, tokens: 0 }
}

const NEVER = new AbortController().signal

type Collected = { text: string; tokens: number; failure: ProviderFailure | null }

/** A reply read to its end. One that fails may still be charged for what was written of it. */
async function collect(from: Provider, question: Question, signal: AbortSignal): Promise<Collected> {
  let text = ''
  let tokens: number | null = null
  const guess = () => promptTokens(question) + estimateTokens(text)
  try {
    for await (const part of from.reply(question, signal)) {
      if (part.type === 'text') text += part.text
      else tokens = part.tokens
    }
    return { text: text.toWellFormed().trim(), tokens: tokens ?? guess(), failure: null }
  } catch (cause) {
    if (!(cause instanceof ProviderFailure)) throw cause
    return { text, tokens: cause.wasNotExecuted ? 0 : guess(), failure: cause }
  }
}
