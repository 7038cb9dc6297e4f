import Database from 'better-sqlite3'

const KEPT_ANSWERS = 'user_id, key, write_group, partition, route, body_hash, status, answer, created_at_ms'

/** Makes a current file one of version 2: accounts are fed, their answers are not, and deletions are noted. */
export function makeVersion2(file: string): void {
  change(file, 2, (db) => {
    for (const event of ['insert', 'update', 'delete'])
      db.exec(`DROP TRIGGER feed_auth_idempotency_keys_${event}`)
    db.exec(`
      INSERT INTO idempotency_keys (${KEPT_ANSWERS}) SELECT ${KEPT_ANSWERS} FROM auth_idempotency_keys;
      DROP TABLE auth_idempotency_keys;
      DELETE FROM feed WHERE entity = 'answer';
      CREATE TABLE account_deletions (
        user_id TEXT PRIMARY KEY, partition TEXT NOT NULL, requested_at TEXT NOT NULL
      );
      ALTER TABLE authority DROP COLUMN rule_before;
      ALTER TABLE authority DROP COLUMN flip;
      ALTER TABLE conflicts DROP COLUMN seen_at;`)
  })
}

const FEED_TABLES = [
  'store',
  'feed',
  'authority',
  'write_mark',
  'tombstones',
  'places',
  'set_aside',
  'conflicts',
  'backfills',
]

/** Makes a current file one of version 1, when there was no feed at all. */
export function makeVersion1(file: string): void {
  makeVersion2(file)
  change(file, 1, (db) => {
    const triggers = db
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
      .pluck()
      .all()
    for (const trigger of triggers) db.exec(`DROP TRIGGER ${trigger}`)
    for (const table of FEED_TABLES) db.exec(`DROP TABLE ${table}`)
  })
}

function change(file: string, version: number, work: (db: Database.Database) => void): void {
  const db = new Database(file)
  work(db)
  db.pragma(`user_version = ${version}`)
  db.close()
}
