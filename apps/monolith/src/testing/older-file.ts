import Database from 'better-sqlite3'

const KEPT_ANSWERS = 'user_id, key, write_group, partition, route, body_hash, status, answer, created_at_ms'

const FED_SINCE_VERSION_4 = [
  'threads',
  'conversations',
  'feedback',
  'conversation_idempotency_keys',
  'emotion_idempotency_keys',
]

/** Makes a current file one of version 3: all that is auth's is fed, and the other domains keep their answers in one table. */
export function makeVersion3(file: string): void {
  change(file, 3, (db) => {
    for (const table of FED_SINCE_VERSION_4) dropTriggers(db, table)
    db.exec(`
      DELETE FROM feed WHERE write_group IN ('conversation', 'emotion');
      DELETE FROM tombstones WHERE entity IN ('conversation', 'turn', 'feedback');
      CREATE TABLE idempotency_keys (
        user_id TEXT NOT NULL, key TEXT NOT NULL, write_group TEXT NOT NULL, partition TEXT NOT NULL,
        route TEXT NOT NULL, body_hash TEXT NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL, PRIMARY KEY (user_id, key)
      );
      CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at_ms);
      INSERT INTO idempotency_keys (${KEPT_ANSWERS}) SELECT ${KEPT_ANSWERS} FROM conversation_idempotency_keys
        UNION ALL SELECT ${KEPT_ANSWERS} FROM emotion_idempotency_keys;
      DROP TABLE conversation_idempotency_keys;
      DROP TABLE emotion_idempotency_keys;
      DROP INDEX turns_pending;
      CREATE INDEX turns_pending ON conversations (docid) WHERE reply_status = 'pending';
      ALTER TABLE conversations DROP COLUMN emotion_status;`)
    for (const table of ['threads', 'conversations', 'feedback'])
      db.exec(`ALTER TABLE ${table} DROP COLUMN owner_key`)
  })
}

/** Makes a current file one of version 2: accounts are fed, their answers are not, and deletions are noted. */
export function makeVersion2(file: string): void {
  makeVersion3(file)
  change(file, 2, (db) => {
    dropTriggers(db, 'auth_idempotency_keys')
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

function dropTriggers(db: Database.Database, table: string): void {
  for (const event of ['insert', 'update', 'delete']) db.exec(`DROP TRIGGER feed_${table}_${event}`)
}

function change(file: string, version: number, work: (db: Database.Database) => void): void {
  const db = new Database(file)
  work(db)
  db.pragma(`user_version = ${version}`)
  db.close()
}
