import type { Side } from '@emotibot/contracts'
import type { Database, Statement } from 'better-sqlite3'
import type { AuthorityColumns } from './authority-rows.ts'

/** The statements of every write, prepared once per connection: preparing costs more than running. */
export type Statements = {
  readonly readAuthority: Statement<[string], AuthorityColumns>
  readonly readStart: Statement<[], { side: Side; seq: number }>
  readonly readEnd: Statement<[], { store: string; seq: number }>
  readonly insertMark: Statement<[string, number, string, string | null]>
  readonly deleteMark: Statement<[]>
}

const prepared = new WeakMap<Database, Statements>()

export function statementsOf(db: Database): Statements {
  const known = prepared.get(db)
  if (known) return known
  const fresh = prepareStatements(db)
  prepared.set(db, fresh)
  return fresh
}

function prepareStatements(db: Database): Statements {
  // Without it, rows that `insert or replace` removes fire no trigger and never enter the feed.
  db.pragma('recursive_triggers = on')
  return {
    readAuthority: db.prepare(
      'select write_group, epoch, low, high, allow, deny from authority where write_group = ?',
    ),
    readStart: db.prepare('select side, (select coalesce(max(seq), 0) from feed) as seq from store'),
    readEnd: db.prepare('select id as store, (select coalesce(max(seq), 0) from feed) as seq from store'),
    insertMark: db.prepare(
      'insert into write_mark (one, write_group, epoch, origin, partition) values (1, ?, ?, ?, ?)',
    ),
    deleteMark: db.prepare('delete from write_mark'),
  }
}
