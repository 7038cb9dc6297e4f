import {
  type Analysis,
  DIMINISHED,
  DIMINISHERS,
  EMOTIONS,
  EXCLAIMED,
  EXCLAMATIONS_COUNTED,
  INTENSIFIED,
  INTENSIFIERS,
  LEXICON,
  NEGATED,
  NEGATION_REACH,
  NEGATIONS,
  NEUTRAL_WEIGHT,
  POLARITY_ALPHA,
  readEmotionText,
  round4,
  type SpokenEmotion,
} from '@emotibot/contracts'
import { afinnValue } from './afinn.ts'

type Sums = Record<SpokenEmotion, number>

/** A token with what stands before it in its clause. */
type Token = { readonly text: string; readonly before: string | undefined; readonly isNegated: boolean }

/** What a text sounds like, by the contract's rules of emotion version 1. Never throws. */
export function analyze(text: string): Analysis {
  const { clauses, exclamations } = readEmotionText(text)
  const tokens = clauses.flatMap(tokensOf)
  const scores = scoresOf(sumsOf(tokens), EXCLAIMED ** Math.min(exclamations, EXCLAMATIONS_COUNTED))
  const emotion = EMOTIONS.reduce((best, label) => (scores[label] > scores[best] ? label : best))
  return {
    emotion,
    confidence: scores[emotion],
    polarity: polarityOf(tokens),
    subjectivity: subjectivityOf(tokens),
    scores,
  }
}

function tokensOf(clause: readonly string[]): Token[] {
  return clause.map((text, at) => ({
    text,
    before: clause[at - 1],
    isNegated: clause.slice(Math.max(0, at - NEGATION_REACH), at).some((word) => NEGATIONS.has(word)),
  }))
}

function sumsOf(tokens: readonly Token[]): Sums {
  const sums: Sums = { happy: 0, sad: 0, angry: 0, surprised: 0, fearful: 0 }
  for (const token of tokens) {
    const entry = LEXICON.get(token.text)
    if (!entry) continue
    const weight = entry.weight * strength(token.before)
    if (!token.isNegated) sums[entry.emotion] += weight
    else if (entry.emotion === 'happy') sums.sad += weight * NEGATED
  }
  return sums
}

function strength(before: string | undefined): number {
  if (before === undefined) return 1
  if (INTENSIFIERS.has(before)) return INTENSIFIED
  return DIMINISHERS.has(before) ? DIMINISHED : 1
}

function scoresOf(sums: Sums, factor: number): Analysis['scores'] {
  const { happy, sad, angry, surprised, fearful } = sums
  const whole = (happy + sad + angry + surprised + fearful) * factor + NEUTRAL_WEIGHT
  const share = (sum: number) => round4((sum * factor) / whole)
  return {
    happy: share(happy),
    sad: share(sad),
    angry: share(angry),
    surprised: share(surprised),
    fearful: share(fearful),
    neutral: round4(NEUTRAL_WEIGHT / whole),
  }
}

function polarityOf(tokens: readonly Token[]): number {
  let sum = 0
  for (const { text, isNegated } of tokens) sum += isNegated ? -polarValue(text) : polarValue(text)
  return round4(sum / Math.sqrt(sum * sum + POLARITY_ALPHA))
}

function subjectivityOf(tokens: readonly Token[]): number {
  if (tokens.length === 0) return 0
  const affective = tokens.filter(({ text }) => LEXICON.has(text) || polarValue(text) !== 0)
  return round4(affective.length / tokens.length)
}

function polarValue(token: string): number {
  return NEGATIONS.has(token) ? 0 : afinnValue(token)
}
