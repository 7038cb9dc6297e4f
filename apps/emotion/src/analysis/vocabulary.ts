import {
  DIMINISHED,
  DIMINISHERS,
  INTENSIFIED,
  INTENSIFIERS,
  LEXICON,
  NEGATIONS,
  PHRASES,
  type SpokenEmotion,
} from '@emotibot/contracts'
import { readAfinn } from './afinn.ts'

/** All the rules say about one token, found by one look-up. */
export type Word = {
  readonly emotion: SpokenEmotion | null
  readonly weight: number
  /** AFINN; 0 for none, and for a negation. */
  readonly value: number
  /** What it multiplies the token right after it by. */
  readonly strength: number
  readonly isNegation: boolean
  readonly isAffective: boolean
  /** The phrases it begins, by their second word. */
  readonly phrases: ReadonlyMap<string, Word> | null
}

/** A token the rules say nothing about. */
export const PLAIN: Word = {
  emotion: null,
  weight: 0,
  value: 0,
  strength: 1,
  isNegation: false,
  isAffective: false,
  phrases: null,
}

/** Every token that is not plain, built once; short texts then cost little more than cutting them up. */
export const VOCABULARY: ReadonlyMap<string, Word> = readVocabulary(readAfinn())

type PhrasesByWord = ReadonlyMap<string, ReadonlyMap<string, Word>>

function readVocabulary(afinn: ReadonlyMap<string, number>): ReadonlyMap<string, Word> {
  const tokens = new Set([
    ...LEXICON.keys(),
    ...afinn.keys(),
    ...NEGATIONS,
    ...INTENSIFIERS,
    ...DIMINISHERS,
    ...PHRASES,
  ])
  const phrases = readPhrases(afinn)
  for (const first of phrases.keys()) tokens.add(first)
  return new Map([...tokens].map((token) => [token, wordOf(token, afinn, phrases.get(token))]))
}

function readPhrases(afinn: ReadonlyMap<string, number>): PhrasesByWord {
  const byFirst = new Map<string, Map<string, Word>>()
  for (const phrase of PHRASES) {
    const [first = '', second = ''] = phrase.split(' ')
    const bySecond = byFirst.get(first) ?? new Map<string, Word>()
    byFirst.set(first, bySecond.set(second, wordOf(phrase, afinn)))
  }
  return byFirst
}

function wordOf(
  token: string,
  afinn: ReadonlyMap<string, number>,
  phrases: ReadonlyMap<string, Word> | null = null,
): Word {
  const entry = LEXICON.get(token)
  const isNegation = NEGATIONS.has(token)
  const value = isNegation ? 0 : (afinn.get(token) ?? 0)
  return {
    emotion: entry?.emotion ?? null,
    weight: entry?.weight ?? 0,
    value,
    strength: INTENSIFIERS.has(token) ? INTENSIFIED : DIMINISHERS.has(token) ? DIMINISHED : 1,
    isNegation,
    isAffective: entry !== undefined || value !== 0,
    phrases,
  }
}
