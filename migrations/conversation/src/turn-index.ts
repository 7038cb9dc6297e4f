// The monolith's search index, kept in step with its rows: the mover writes the file itself, past the application.
import { prepareOnce, type SqliteRows } from '@emotibot/sync'
import { ownerWord, type TurnTexts, wordsOf } from './turn-words.ts'

type Database = Parameters<SqliteRows<unknown>['read']>[0]

/** A turn's place in the index, which is the file's own: kept while the turn is there, a new one otherwise. */
export function docidOf(db: Database, turnId: string): number {
  const text = `select coalesce(
    (select docid from conversations where id = ?), (select max(docid) from conversations) + 1, 1) as docid`
  return prepareOnce<[string], { docid: number }>(db, text).get(turnId)?.docid ?? 1
}

/** Puts a turn into the index, or in place of what the index had of it. */
export function indexTurn(db: Database, docid: number, turn: TurnTexts): void {
  const text = 'insert or replace into turn_words (rowid, owner, words) values (?, ?, ?)'
  prepareOnce<unknown[], unknown>(db, text).run(docid, ownerWord(turn), wordsOf(turn).join(' '))
}

export function unindexTurn(db: Database, turnId: string): void {
  const text = 'delete from turn_words where rowid in (select docid from conversations where id = ?)'
  prepareOnce<[string], unknown>(db, text).run(turnId)
}
