import { writeInSqlite } from '@emotibot/sync'
import { startMonolith } from '@emotibot/testkit'
import Database from 'better-sqlite3'
import { envOf, lifeOfSession, SCOPE, type Side, type SideOptions } from './side.ts'

export async function startMonolithSide(options: SideOptions): Promise<Side> {
  const { isGuarded, secret, user } = options
  const app = await startMonolith({ processes: true, env: { LEGACY_JWT_SECRET: secret, ...envOf(options) } })
  const db = new Database(app.file, { timeout: 5_000 })
  if (!isGuarded) dropTriggers(db)
  const addUser = db.prepare(`
    insert into users (id, username, username_key, email, email_key, password_hash, is_active, revision)
    values (?, ?, ?, ?, ?, 'none', 1, 1)`)
  const addSession = db.prepare(
    'insert into sessions (id, user_id, created_at_ms, expires_at_ms) values (?, ?, ?, ?)',
  )
  const { from, to } = lifeOfSession()
  /** Many rows at once; between measurements, so that it does not matter what it costs. */
  function inOne(work: () => void): void {
    if (isGuarded) writeInSqlite(db, SCOPE, work)
    else db.transaction(work).immediate()
  }
  inOne(() => addUser.run(user.id, user.username, user.username, user.email, user.email))
  return {
    url: app.url,
    addSessions: async (ids) =>
      inOne(() => {
        for (const id of ids) addSession.run(id, user.id, from, to)
      }),
    close: async () => {
      db.close()
      await app.close()
    },
  }
}

function dropTriggers(db: Database.Database): void {
  const names = db.prepare<[], string>("select name from sqlite_master where type = 'trigger'").pluck().all()
  for (const name of names) if (name.startsWith('feed_')) db.exec(`drop trigger "${name}"`)
}
