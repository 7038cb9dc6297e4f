import type { FallbackReason } from '../replies/replier.ts'

/**
 * Says what of an answer is a makeshift: `reply=slow, emotion=unknown`. Absent on a good day; the body has no place for
 * it, for both sides answer the same bytes.
 */
const FALLBACK_HEADER = 'emotibot-fallback'

export type Makeshift = {
  /** Why a built-in reply stands for the provider's; null when it does not. */
  readonly reply: FallbackReason | null
  readonly isEmotionKnown: boolean
}

export function fallbackHeader({ reply, isEmotionKnown }: Makeshift): Record<string, string> {
  const parts = [
    ...(reply === null ? [] : [`reply=${reply}`]),
    ...(isEmotionKnown ? [] : ['emotion=unknown']),
  ]
  return parts.length === 0 ? {} : { [FALLBACK_HEADER]: parts.join(', ') }
}
