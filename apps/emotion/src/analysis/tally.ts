import { CLAUSE_START, NEGATED, NEGATION_REACH, type SpokenEmotion } from '@emotibot/contracts'
import { PLAIN, VOCABULARY, type Word } from './vocabulary.ts'

/**
 * Adds up a text as it is read, token by token. The last token waits until the next is known, for the two may be
 * one phrase.
 */
export class Tally {
  readonly sums: Record<SpokenEmotion, number> = { happy: 0, sad: 0, angry: 0, surprised: 0, fearful: 0 }
  polaritySum = 0
  tokens = 0
  affectiveTokens = 0
  exclamations = 0
  #waiting: Word | null = null
  #strength = 1
  /** How many more tokens the last negation turns round. */
  #negatedTokens = 0

  addToken(token: string): void {
    if (token === CLAUSE_START) this.endClause()
    const phrase = this.#waiting?.phrases?.get(token)
    if (!phrase) this.#weighWaiting()
    this.#waiting = phrase ?? VOCABULARY.get(token) ?? PLAIN
  }

  endClause(): void {
    this.#weighWaiting()
    this.#waiting = null
    this.#strength = 1
    this.#negatedTokens = 0
  }

  #weighWaiting(): void {
    const word = this.#waiting
    if (!word) return
    const isNegated = this.#negatedTokens > 0
    this.tokens++
    if (word.isAffective) this.#weigh(word, isNegated)
    this.#strength = word.strength
    this.#negatedTokens = word.isNegation ? NEGATION_REACH : this.#negatedTokens - 1
  }

  #weigh({ emotion, weight, value }: Word, isNegated: boolean): void {
    this.affectiveTokens++
    this.polaritySum += isNegated ? -value : value
    if (!emotion) return
    if (!isNegated) this.sums[emotion] += weight * this.#strength
    else if (emotion === 'happy') this.sums.sad += weight * this.#strength * NEGATED
  }
}
