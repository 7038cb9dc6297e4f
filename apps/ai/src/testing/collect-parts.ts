import { type Provider, ProviderFailure, type Question } from '../provider/provider.ts'

/** A reply read to its end: its text and tokens, or why it failed and what had come until then. */
export type Outcome = { text: string; tokens: number | null; failure: ProviderFailure | null }

export async function collectParts(
  provider: Provider,
  question: Question,
  signal: AbortSignal = AbortSignal.timeout(20_000),
): Promise<Outcome> {
  const outcome: Outcome = { text: '', tokens: null, failure: null }
  try {
    for await (const part of provider.reply(question, signal)) {
      if (part.type === 'text') outcome.text += part.text
      else outcome.tokens = part.tokens
    }
  } catch (cause) {
    if (!(cause instanceof ProviderFailure)) throw cause
    outcome.failure = cause
  }
  return outcome
}
