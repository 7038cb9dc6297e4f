import { openPostgres, type Sql } from '@emotibot/db'
import { openPostgresWrite } from '@emotibot/sync'
import { type PrivatePostgres, startAuth } from '@emotibot/testkit'
import { envOf, lifeOfSession, SCOPE, type Side, type SideOptions } from './side.ts'

export async function startAuthSide(postgres: PrivatePostgres, options: SideOptions): Promise<Side> {
  const { isGuarded, secret, user } = options
  const { url: databaseUrl } = await postgres.createDatabase()
  const app = await startAuth({ processes: true, secret, databaseUrl, env: envOf(options) })
  const sql = openPostgres(databaseUrl, { applicationName: 'emotibot-bench', max: 1 })
  if (isGuarded) await sql`update authority set low = 0, high = 100, epoch = epoch + 1`
  else await dropTriggers(sql)
  const { from, to } = lifeOfSession()
  /** Many rows at once; between measurements, so that it does not matter what it costs. */
  async function inOne(work: (tx: Sql) => Promise<unknown>): Promise<void> {
    await sql.begin(async (tx) => {
      if (isGuarded) await openPostgresWrite(tx, SCOPE)
      await work(tx as unknown as Sql)
    })
  }
  await inOne(
    (tx) => tx`
    insert into users (id, username, username_key, email, email_key, is_active, revision)
    values (${user.id}, ${user.username}, ${user.username}, ${user.email}, ${user.email}, true, 1)`,
  )
  return {
    url: app.url,
    addSessions: (ids) =>
      inOne(
        (tx) => tx`
        insert into sessions (id, user_id, created_at_ms, expires_at_ms)
        select id, ${user.id}, ${from}, ${to} from unnest(${[...ids]}::text[]) as id`,
      ),
    close: async () => {
      await sql.end({ timeout: 1 })
      await app.close()
    },
  }
}

async function dropTriggers(sql: Sql): Promise<void> {
  const triggers = await sql<{ name: string; table: string }[]>`
    select tgname as name, tgrelid::regclass::text as "table" from pg_trigger
    where not tgisinternal and tgname like 'feed_%'`
  for (const { name, table } of triggers) await sql`drop trigger ${sql(name)} on ${sql(table)}`
}
