import type { Emotion } from '@emotibot/contracts'

/** What a reply is asked for. Nothing in it says who asks: it is all that a provider, and the cache, are ever told. */
export type Question = { readonly text: string; readonly emotion: Emotion }

/** A piece of a reply, or what the reply cost; joined, the texts are the reply. */
export type ReplyPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'usage'; readonly tokens: number }

/**
 * Writes replies. The parts come as they are written, so that somebody can watch. Throws ProviderFailure; a reply that
 * ends without one is whole. Read it to its end or leave it (`break`, `return()`): then the call is ended.
 */
export type Provider = {
  reply(question: Question, signal: AbortSignal): AsyncIterable<ReplyPart>
}

/**
 * Why there is no reply.
 *
 * `unreachable` no connection, or one that broke · `slow` a deadline passed · `broken` what came is no whole reply ·
 * `limited` it takes no more calls for now · `refused` it does not answer this text · `misconfigured` it does not take
 * our key, model or address · `busy` too many calls here already · `resting` it is not asked for now
 */
export type FailureReason =
  | 'unreachable'
  | 'slow'
  | 'broken'
  | 'limited'
  | 'refused'
  | 'misconfigured'
  | 'busy'
  | 'resting'

type FailureOptions = ErrorOptions & { wasNotExecuted?: boolean; retryAfterMs?: number | null }

export class ProviderFailure extends Error {
  readonly reason: FailureReason
  /** Surely nothing was written and nothing is charged: asking again is safe. */
  readonly wasNotExecuted: boolean
  /** How long the provider asks to be left alone; null when it says nothing. */
  readonly retryAfterMs: number | null

  constructor(reason: FailureReason, message: string, options: FailureOptions = {}) {
    super(message, options)
    this.name = 'ProviderFailure'
    this.reason = reason
    this.wasNotExecuted = options.wasNotExecuted ?? false
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}
