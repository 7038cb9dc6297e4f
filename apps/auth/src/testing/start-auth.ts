import type { WriteGroup } from '@emotibot/contracts'
import { type Client, createClient } from '@emotibot/contracts'
import { type MigrationStep, openPostgres, type Sql, type TransactionSql } from '@emotibot/db'
import { type App, loadConfig } from '@emotibot/service-kit'
import { OWNS_ALL, openPostgresWrite, type Rule } from '@emotibot/sync'
import { createApp } from '../app.ts'
import { configSchema } from '../config.ts'
import { schemaSteps } from '../schema-steps.ts'

/** A database of the service that owns everything, as if all of auth had been flipped to it. */
export const ownerSteps: readonly MigrationStep[] = [
  ...schemaSteps,
  {
    name: 'owns-all',
    sql: `update authority set epoch = epoch + 1, low = ${OWNS_ALL.low}, high = ${OWNS_ALL.high}`,
  },
]

export const LEGACY_SECRET = 'the secret of the monolith in these tests'

export type RunningAuth = { readonly url: string; readonly client: Client; close(): Promise<void> }

/** The service on a real port over a real database. */
export async function startAuth(databaseUrl: string, env: NodeJS.ProcessEnv = {}): Promise<RunningAuth> {
  const app: App = await createApp(
    loadConfig(configSchema, {
      AUTH_DATABASE_URL: databaseUrl,
      LEGACY_JWT_SECRET: LEGACY_SECRET,
      EMOTIBOT_LOG_LEVEL: 'silent',
      ...env,
    }),
  )
  const { main: url = '' } = await app.listen()
  return { url, client: createClient({ baseUrl: url }), close: () => app.close() }
}

export type TestStore = {
  readonly url: string
  readonly sql: Sql
  /** A write past the service, with the mark that every write carries. */
  write<T>(work: (tx: TransactionSql) => Promise<T>): Promise<T>
  /** What the store owns of a group from now on. */
  own(group: WriteGroup, rule: Rule): Promise<void>
  drop(): Promise<void>
}

/** A test database, and a way to look into it. */
export function lookInto(database: { url: string; drop(): Promise<void> }): TestStore {
  const sql = openPostgres(database.url, { applicationName: 'auth-test', max: 4 })
  return {
    url: database.url,
    sql,
    async write(work) {
      const { outcome } = await sql.begin(async (tx) => {
        await openPostgresWrite(tx, { group: 'auth', partition: '' })
        return { outcome: await work(tx) }
      })
      return outcome
    },
    async own(group, { low, high, allow, deny }) {
      await sql`
        update authority
        set epoch = epoch + 1, low = ${low}, high = ${high}, allow = ${[...allow]}, deny = ${[...deny]}
        where write_group = ${group}`
    },
    async drop() {
      await sql.end({ timeout: 5 })
      await database.drop()
    },
  }
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

let made = 0

/** A user nobody else in this run is. */
export function newPerson() {
  made += 1
  const username = `person-${process.pid}-${made}`
  return { username, email: `${username}@example.org`, password: 'correct horse' }
}

/** Registers somebody and signs in. */
export async function signUp({ client }: RunningAuth, person = newPerson()) {
  await client.call('auth.register', { body: person })
  return { person, token: await signIn(client, person) }
}

/** Signs in and returns the token; throws when refused. */
export async function signIn(client: Client, { username, password }: { username: string; password: string }) {
  const answer = await client.call('auth.login', { body: { username, password } })
  if (!answer.ok) throw new Error(`login answered ${answer.status} ${answer.body.code}`)
  return answer.body.access_token
}

export async function statusOfMe({ client }: RunningAuth, token: string): Promise<number> {
  return (await client.call('auth.me', { headers: bearer(token) })).status
}
