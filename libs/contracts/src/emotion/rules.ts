import { fold } from '../text.ts'

/**
 * The rules of emotion version 1, as far as both sides must agree on them. The analysis itself is domain logic
 * and is written on each side; parity holds the two together.
 *
 * 1. `emotionTokens(text)` gives words and emoji in order.
 * 2. A token in LEXICON adds its weight to its emotion, × INTENSIFIED after an intensifier, × DIMINISHED after a
 *    diminisher (the token right before it).
 * 3. With a negation among the NEGATION_REACH tokens before it, `happy` counts as `sad` at × NEGATED, and any other
 *    emotion counts for nothing.
 * 4. Each of up to three `!` in the text multiplies all sums by EXCLAIMED.
 * 5. scores[e] = round4(sum[e] / (total + NEUTRAL_WEIGHT)), scores.neutral = round4(NEUTRAL_WEIGHT / (total + NEUTRAL_WEIGHT)).
 *    The winner is the largest score, the earlier in EMOTIONS on a tie; `confidence` is its score.
 * 6. polarity = round4(s / √(s² + POLARITY_ALPHA)), s the AFINN-165 sum of the tokens, a value counting negative when
 *    a negation is among the NEGATION_REACH tokens before it. Source of the curve and of 15: VADER (Hutto & Gilbert, 2014).
 * 7. subjectivity = round4(affective tokens / tokens), affective meaning in LEXICON or in AFINN; 0 without tokens.
 */
export const INTENSIFIED = 1.5
export const DIMINISHED = 0.5
export const NEGATED = 0.5
export const NEGATION_REACH = 3
export const EXCLAIMED = 1.1
export const EXCLAMATIONS_COUNTED = 3
export const NEUTRAL_WEIGHT = 0.5
export const POLARITY_ALPHA = 15

const TOKEN = /[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*|\p{Extended_Pictographic}/gu

/** Words (NFKC, lower case, straight apostrophes inside) and emoji, in order. */
export function emotionTokens(text: string): string[] {
  return fold(text).replaceAll('’', "'").match(TOKEN) ?? []
}

/** Said by people who may hurt themselves. Answered with help first, never with cheer. */
const CRISIS = [
  /\bsuicid/,
  /\bkill(?:ing)? my ?self\b/,
  /\bend(?:ing)? (?:my life|it all)\b/,
  /\b(?:want|wanna|wish|ready|going) (?:to|i could|i was|i were)? ?(?:die|dead|be dead)\b/,
  /\bself[- ]?harm/,
  /\b(?:hurt|hurting|cut|cutting|harm|harming) my ?self\b/,
  /\bno reason to live\b/,
  /\b(?:don't|dont|do not) want to (?:live|be alive|be here anymore|exist)\b/,
  /\bbetter off (?:dead|without me)\b/,
  /\btake my (?:own )?life\b/,
]

/** Whether a text holds words of crisis. A pattern is a net, not a diagnosis: it prefers to catch too much. */
export function hasCrisisWords(text: string): boolean {
  const plain = fold(text).replaceAll('’', "'").replaceAll(/\s+/g, ' ')
  return CRISIS.some((pattern) => pattern.test(plain))
}
