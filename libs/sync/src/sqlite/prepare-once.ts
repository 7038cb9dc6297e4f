import type { Database, Statement } from 'better-sqlite3'

const prepared = new WeakMap<Database, Map<string, Statement>>()

/** The statement of a text, prepared once per connection: preparing costs more than running. */
export function prepareOnce<Values extends unknown[], Row>(
  db: Database,
  text: string,
): Statement<Values, Row> {
  const known = prepared.get(db) ?? new Map<string, Statement>()
  prepared.set(db, known)
  const statement = known.get(text) ?? db.prepare(text)
  known.set(text, statement)
  return statement as Statement<Values, Row>
}
