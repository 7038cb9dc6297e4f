/** The tables as the first EmotiBot made them, for a file that is new. */
export const LEGACY_TABLES = `
  CREATE TABLE users (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL,
    email TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at TEXT,
    updated_at TEXT,
    is_active INTEGER DEFAULT 1
  );
  CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    user_id TEXT,
    user_message TEXT,
    bot_message TEXT,
    detected_emotion TEXT,
    confidence REAL,
    polarity REAL,
    subjectivity REAL,
    timestamp TEXT
  );
`

/** Columns that make a file an EmotiBot's. The rest of the legacy columns are added where a file lacks them. */
export const REQUIRED_COLUMNS = {
  users: ['id', 'username', 'password_hash'],
  conversations: ['id', 'user_id', 'user_message', 'bot_message'],
} as const

/** Columns a table needs, with the declaration each is added with. */
export const ADDED_COLUMNS: Readonly<
  Record<keyof typeof REQUIRED_COLUMNS, Readonly<Record<string, string>>>
> = {
  users: {
    email: 'TEXT',
    created_at: 'TEXT',
    updated_at: 'TEXT',
    is_active: 'INTEGER',
    username_key: 'TEXT',
    email_key: 'TEXT',
    revision: 'INTEGER NOT NULL DEFAULT 1',
  },
  conversations: {
    detected_emotion: 'TEXT',
    confidence: 'REAL',
    polarity: 'REAL',
    subjectivity: 'REAL',
    timestamp: 'TEXT',
    thread_id: 'TEXT',
    seq: 'INTEGER',
    revision: 'INTEGER NOT NULL DEFAULT 1',
    reply_status: "TEXT NOT NULL DEFAULT 'complete'",
    updated_at: 'TEXT',
    docid: 'INTEGER',
    time_key: 'TEXT',
  },
}

const ANSWER_COLUMNS = 'user_id, key, write_group, partition, route, body_hash, status, answer, created_at_ms'

const answersTable = (name: string) => `
  CREATE TABLE ${name} (
    user_id TEXT NOT NULL,
    key TEXT NOT NULL,
    write_group TEXT NOT NULL,
    partition TEXT NOT NULL,
    route TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
  );
  CREATE INDEX ${name}_by_age ON ${name} (created_at_ms);`

/** A domain's own table of kept answers, with what the table of all has of its groups. */
const answersOf = (
  domain: string,
  groups: readonly string[],
) => `${answersTable(`${domain}_idempotency_keys`)}
  INSERT INTO ${domain}_idempotency_keys (${ANSWER_COLUMNS}) SELECT ${ANSWER_COLUMNS} FROM idempotency_keys
  WHERE write_group IN (${groups.map((group) => `'${group}'`).join(', ')});`

/** Of version 3. */
export const AUTH_ANSWERS = `${answersOf('auth', ['auth', 'auth.claim'])}
  CREATE INDEX auth_idempotency_keys_by_partition ON auth_idempotency_keys (partition);
`

/** Of version 4: every domain has its own, and the table of all is gone. */
export const DOMAIN_ANSWERS = `
${answersOf('conversation', ['conversation'])}
${answersOf('emotion', ['emotion'])}
  DROP TABLE idempotency_keys;
`

/** Of version 4: a row says whose it is by itself, also when its user is gone; a turn, whether its emotion stands. */
export const OWNER_COLUMNS = `
  ALTER TABLE threads ADD COLUMN owner_key TEXT NOT NULL DEFAULT '';
  ALTER TABLE conversations ADD COLUMN owner_key TEXT NOT NULL DEFAULT '';
  ALTER TABLE feedback ADD COLUMN owner_key TEXT NOT NULL DEFAULT '';
  ALTER TABLE conversations ADD COLUMN emotion_status TEXT NOT NULL DEFAULT 'complete';
  DROP INDEX turns_pending;
  CREATE INDEX turns_pending ON conversations (docid)
    WHERE reply_status = 'pending' OR emotion_status = 'pending';
`

/** Tables and indexes of ours, as version 1 made them. Keys of names are not unique: two legacy names may fold to one, and both log in. */
export const OWN_TABLES = `
  CREATE INDEX users_by_username_key ON users (username_key);
  CREATE INDEX users_by_email_key ON users (email_key);
  CREATE INDEX turns_by_thread ON conversations (thread_id, seq);
  CREATE INDEX turns_by_time ON conversations (user_id, time_key, id);
  CREATE INDEX turns_by_update ON conversations (user_id, updated_at);
  CREATE UNIQUE INDEX turns_by_docid ON conversations (docid);
  CREATE INDEX turns_pending ON conversations (docid) WHERE reply_status = 'pending';

  CREATE TABLE threads (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    title TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    revision INTEGER NOT NULL
  );
  CREATE INDEX threads_by_update ON threads (user_id, updated_at, id);

  CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL
  );
  CREATE INDEX sessions_by_user ON sessions (user_id);
  CREATE INDEX sessions_by_expiry ON sessions (expires_at_ms);

  CREATE TABLE feedback (
    turn_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    emotion TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision INTEGER NOT NULL
  );
  CREATE INDEX feedback_by_user ON feedback (user_id);

${answersTable('idempotency_keys')}

  CREATE VIRTUAL TABLE turn_words USING fts5 (
    owner, words, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1 2 3'
  );
  -- Else a deletion may rewrite half the index at once: it is tidied in small steps instead (tidyIndex).
  INSERT INTO turn_words (turn_words, rank) VALUES ('deletemerge', 0);
`
