// What either side's search index has of a turn: the contract's words, and a word of the owner's own, so that a search
// never walks through other people's turns. Said here once more than in the two applications: a file that the mover
// writes is searched by the one, a database by the other.
import { createHash } from 'node:crypto'
import { searchWords } from '@emotibot/contracts'

export type TurnTexts = {
  readonly userId: string | null
  readonly userMessage: string | null
  readonly botMessage: string | null
}

const LEXEME_MAX_CHARACTERS = 500
/** A tsvector has 1 MB for its lexemes. Only legacy texts come near it. */
const VECTOR_MAX_BYTES = 900_000

export function ownerWord({ userId }: TurnTexts): string {
  return createHash('sha256')
    .update(userId ?? '')
    .digest('hex')
    .slice(0, 20)
}

export function wordsOf({ userMessage, botMessage }: TurnTexts): string[] {
  return searchWords(`${userMessage ?? ''} ${botMessage ?? ''}`)
}

/** As Postgres reads a tsvector; words are letters and digits, so none needs to be escaped. */
export function toTsvector(turn: TurnTexts): string {
  let bytes = 0
  const lexemes = new Set([ownerWord(turn), ...wordsOf(turn).map(cut)])
  const fitting = [...lexemes].filter((lexeme) => {
    bytes += Buffer.byteLength(lexeme)
    return bytes <= VECTOR_MAX_BYTES
  })
  return fitting.map((lexeme) => `'${lexeme}'`).join(' ')
}

function cut(word: string): string {
  return word.length <= LEXEME_MAX_CHARACTERS ? word : [...word].slice(0, LEXEME_MAX_CHARACTERS).join('')
}
