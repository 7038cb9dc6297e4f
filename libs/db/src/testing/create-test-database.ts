import { createHash, randomBytes } from 'node:crypto'
import postgres, { type Sql } from 'postgres'
import { type MigrationStep, migrate, stepChecksum } from '../migrate.ts'
import { openPostgres } from '../open-postgres.ts'
import { testServerUrl } from './test-server.ts'

export type TestDatabaseOptions = {
  /** What the database is made with; the same steps are run once and cloned from then on. */
  steps?: readonly MigrationStep[]
}

export type TestDatabase = {
  url: string
  /** Also removes it from under connections that are still open. Not calling it is no leak: the server goes. */
  drop(): Promise<void>
}

/**
 * A fresh database of its own on a real PostgreSQL, in about 0.1 s. All test processes of a checkout
 * share one server, which comes with the first and goes, data and all, with the last.
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const serverUrl = await testServerUrl()
  const name = `test_${randomBytes(6).toString('hex')}`
  const template = await ensureTemplate(serverUrl, options.steps ?? [])
  await asAdmin(serverUrl, (sql) => sql.unsafe(`create database ${name} template ${template}`))
  return {
    url: databaseUrl(serverUrl, name),
    drop: async () => {
      await asAdmin(serverUrl, (sql) => sql.unsafe(`drop database if exists ${name} with (force)`))
    },
  }
}

async function ensureTemplate(serverUrl: string, steps: readonly MigrationStep[]): Promise<string> {
  if (steps.length === 0) return 'template0'
  const template = `template_${keyOf(steps)}`
  await asAdmin(serverUrl, async (sql) => {
    const known = await sql`select 1 from pg_database where datname = ${template}`
    if (known.length === 0) await makeTemplate(sql, template, { serverUrl, steps })
  })
  return template
}

type TemplateSource = { serverUrl: string; steps: readonly MigrationStep[] }

/** Made under another name and renamed when done, so that nobody clones half of it. */
async function makeTemplate(admin: Sql, template: string, source: TemplateSource): Promise<void> {
  const draft = `draft_${randomBytes(6).toString('hex')}`
  await admin.unsafe(`create database ${draft} template template0`)
  const sql = openPostgres(databaseUrl(source.serverUrl, draft), { applicationName: 'test-template', max: 1 })
  try {
    await migrate(sql, source.steps)
  } finally {
    await sql.end({ timeout: 5 })
  }
  await renameUnlessThere(admin, draft, template)
}

async function renameUnlessThere(admin: Sql, draft: string, template: string): Promise<void> {
  try {
    // A backend that has just been told good-bye may still be counted as connected: hence terminate.
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${draft}`
    await admin.unsafe(`alter database ${draft} rename to ${template}`)
  } catch (error) {
    const lostRace = error instanceof postgres.PostgresError && error.code === '42P04'
    if (!lostRace) throw error
    await admin.unsafe(`drop database ${draft} with (force)`)
  }
}

function keyOf(steps: readonly MigrationStep[]): string {
  const text = JSON.stringify(steps.map((step) => [step.name, stepChecksum(step)]))
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

async function asAdmin<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = openPostgres(url, { applicationName: 'test-admin', max: 1, statementTimeoutMs: 60_000 })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}
