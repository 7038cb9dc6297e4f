import { matchesSearch, searchWords } from '@emotibot/contracts'
import { LEXEME_MAX, lexemeOf, ownerWord } from './lexemes.ts'

export type SearchQuery = {
  /** A `tsquery`: every word begins a word of this user's turn. */
  readonly expression: string
  /**
   * Whether a turn that the index found is one. The index may find too much where a word is longer than it holds, or
   * begins the owner's own word; null where it finds just the right ones.
   */
  readonly isMeant: ((text: string) => boolean) | null
}

/** Null when `q` holds no word, and so nothing is found. */
export function searchQuery(userId: string, q: string): SearchQuery | null {
  const words = [...new Set(searchWords(q))]
  if (words.length === 0) return null
  const owner = ownerWord(userId)
  const isVague = words.some((word) => word.length > LEXEME_MAX || owner.startsWith(word))
  // Words are letters and digits, so none needs to be escaped.
  const expression = [`'${owner}'`, ...words.map((word) => `'${lexemeOf(word)}':*`)].join(' & ')
  return { expression, isMeant: isVague ? (text) => matchesSearch(q, text) : null }
}
