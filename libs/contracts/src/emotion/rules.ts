import { fold } from '../text.ts'
import { PHRASES } from './lexicon.ts'

/**
 * The rules of emotion version 1, as far as both sides must agree on them. The analysis itself is domain logic
 * and is written on each side; parity holds the two together.
 *
 * 1. `readEmotionText(text)` gives the tokens (words, phrases, emoji), clause by clause. Nothing reaches over the end of a clause.
 * 2. A token in LEXICON adds its weight to its emotion, × INTENSIFIED after an intensifier, × DIMINISHED after a
 *    diminisher (the token right before it).
 * 3. With a negation among the NEGATION_REACH tokens before it, `happy` counts as `sad` at × NEGATED, and any other
 *    emotion counts for nothing.
 * 4. All sums are multiplied by EXCLAIMED ** n, n the number of `!` in the text, at most EXCLAMATIONS_COUNTED.
 * 5. scores[e] = round4(sum[e] / (total + NEUTRAL_WEIGHT)), scores.neutral = round4(NEUTRAL_WEIGHT / (total + NEUTRAL_WEIGHT)).
 *    The winner is the largest score, the earlier in EMOTIONS on a tie; `confidence` is its score.
 * 6. polarity = round4(s / √(s² + POLARITY_ALPHA)), s the sum of the tokens' AFINN-165 values. A negation itself has
 *    none; a value changes its sign when a negation is among the NEGATION_REACH tokens before it.
 *    Source of the curve and of 15: VADER (Hutto & Gilbert, 2014).
 * 7. subjectivity = round4(affective tokens / tokens), affective meaning in LEXICON or with a value in 6; 0 without tokens.
 * 8. An item of a batch that is not a MessageText is answered with BATCH_ITEM_ERROR.
 */
export const INTENSIFIED = 1.5
export const DIMINISHED = 0.5
export const NEGATED = 0.5
export const NEGATION_REACH = 3
export const EXCLAIMED = 1.1
export const EXCLAMATIONS_COUNTED = 3
export const NEUTRAL_WEIGHT = 0.5
export const POLARITY_ALPHA = 15

export const BATCH_ITEM_ERROR = {
  code: 'BAD_REQUEST',
  message:
    'A text must have 1 to 10000 characters that are not all blank, without U+0000 and lone surrogates.',
} as const

export type EmotionText = {
  /** Tokens in order, by clause; no clause is empty. */
  readonly clauses: readonly (readonly string[])[]
  readonly exclamations: number
}

/** A word (apostrophes inside), an emoticon, an emoji, or a mark that ends a clause. */
const PIECE =
  /[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*|[:;=]-?[()](?!\w)|:'\(|<3(?!\d)|\p{Extended_Pictographic}|[.,:;!?()\n]/gu
const CLAUSE_END = /^[.,:;!?()\n]$/
/** "Not happy but sad": what comes after it stands on its own. */
export const CLAUSE_START = 'but'

/** Reads a text as the rules see it: NFKC, lower case, straight apostrophes. */
export function readEmotionText(text: string): EmotionText {
  const clauses: string[][] = []
  let clause: string[] = []
  let exclamations = 0
  for (const piece of fold(text).replaceAll('’', "'").match(PIECE) ?? []) {
    const ends = CLAUSE_END.test(piece)
    if (piece === '!') exclamations++
    if (ends || piece === CLAUSE_START) {
      if (clause.length > 0) clauses.push(clause)
      clause = []
    }
    if (!ends) addToken(clause, piece)
  }
  if (clause.length > 0) clauses.push(clause)
  return { clauses, exclamations }
}

function addToken(clause: string[], token: string): void {
  const phrase = `${clause.at(-1)} ${token}`
  if (PHRASES.has(phrase)) clause[clause.length - 1] = phrase
  else clause.push(token)
}
