import { createHash } from 'node:crypto'
import { searchWords } from '@emotibot/contracts'
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { Tx } from './store.ts'

/**
 * Search is exact, so that both sides find the same turns: words are made by the contract's `searchWords` and stored
 * joined by spaces, where FTS5's `ascii` tokenizer splits them again at just those spaces. The owner is a word too, so
 * a search never walks through other people's turns.
 */

/** A user's own word in the index: short, and made of letters and digits whatever the id holds. */
export function ownerWord(userId: string): string {
  return createHash('sha256').update(userId).digest('hex').slice(0, 20)
}

/** What the index keeps of a turn. */
export function indexedWords(userMessage: string | null, botMessage: string | null): string {
  return searchWords(`${userMessage ?? ''} ${botMessage ?? ''}`).join(' ')
}

/** The FTS5 query for "every word begins a word of this user's turn", or null when the query holds no word. */
export function searchExpression(userId: string, query: string): string | null {
  const words = [...new Set(searchWords(query))]
  if (words.length === 0) return null
  const prefixes = words.map((word) => `"${word}"*`).join(' AND ')
  return `owner : "${ownerWord(userId)}" AND words : (${prefixes})`
}

export type IndexedTurn = {
  readonly docid: number
  readonly userId: string
  readonly userMessage: string | null
  readonly botMessage: string | null
}

/** Puts a turn into the index, or in place of what the index had of it. */
export function indexTurn(tx: Tx, { docid, userId, userMessage, botMessage }: IndexedTurn): void {
  const words = indexedWords(userMessage, botMessage)
  tx.run(
    sql`INSERT OR REPLACE INTO turn_words (rowid, owner, words) VALUES (${docid}, ${ownerWord(userId)}, ${words})`,
  )
}

/** Takes turns out of the index; `docids` is a query of one column. */
export function unindexTurns(tx: Tx, docids: SQLWrapper): void {
  tx.run(sql`DELETE FROM turn_words WHERE rowid IN ${docids}`)
}

/** How much one tidying may write; a page is 4 KB. */
const PAGES_AT_ONCE = 32

/** Merges a little of the index, so that words of deleted turns do not stay in the file. Nothing to merge costs nothing. */
export function tidyIndex(tx: Tx): void {
  tx.run(sql.raw(`INSERT INTO turn_words (turn_words, rank) VALUES ('merge', -${PAGES_AT_ONCE})`))
}

/** The condition that a turn's docid is among those the expression finds. */
export function isFoundBy(docid: SQLWrapper, expression: string): SQL {
  return sql`${docid} IN (SELECT rowid FROM turn_words WHERE turn_words MATCH ${expression})`
}
