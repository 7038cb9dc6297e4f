import { createHash } from 'node:crypto'
import { searchWords } from '@emotibot/contracts'

/**
 * What the index has of a turn. Search is exact, so that both sides find the same turns: the words are the contract's
 * `searchWords`, and the owner is one too, so a search never walks through other people's turns.
 */

/** A user's own word in the index: short, and made of letters and digits whatever the id holds. */
export function ownerWord(userId: string): string {
  return createHash('sha256').update(userId).digest('hex').slice(0, 20)
}

/** In characters; Postgres holds lexemes of less than 2,046 bytes, and a character is 4 at most. */
export const LEXEME_MAX = 500
/** A tsvector has 1 MB for its lexemes. Only legacy texts come near it; what is past it is not found by search. */
const VECTOR_MAX_BYTES = 900_000

/** A word as the index has it: cut where it is longer than the index holds. */
export function lexemeOf(word: string): string {
  return word.length <= LEXEME_MAX ? word : [...word].slice(0, LEXEME_MAX).join('')
}

/** The lexemes of a turn: its owner's, and those of all its texts. */
export function lexemesOf(userId: string, texts: readonly string[]): string[] {
  const lexemes = new Set([ownerWord(userId), ...searchWords(texts.join(' ')).map(lexemeOf)])
  let bytes = 0
  return [...lexemes].filter((lexeme) => {
    bytes += Buffer.byteLength(lexeme)
    return bytes <= VECTOR_MAX_BYTES
  })
}
