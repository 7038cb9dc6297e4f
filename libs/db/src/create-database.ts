import postgres, { type Sql } from 'postgres'
import { badDatabaseNameError } from './errors.ts'
import { openPostgres } from './open-postgres.ts'

const DUPLICATE_DATABASE = '42P04'
const UNIQUE_VIOLATION = '23505'

/** Makes database `name` on the server of `adminUrl`; fine when it is there, also when two callers race. */
export async function createDatabaseIfMissing(adminUrl: string, name: string): Promise<void> {
  assertDatabaseName(name)
  const sql = openPostgres(adminUrl, { applicationName: 'create-database', max: 1 })
  try {
    if (!(await exists(sql, name))) await create(sql, name)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Names go into statements as they are, hence the narrow alphabet. */
export function assertDatabaseName(name: string): void {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) throw badDatabaseNameError(name)
}

async function exists(sql: Sql, name: string): Promise<boolean> {
  const rows = await sql`select 1 from pg_database where datname = ${name}`
  return rows.length > 0
}

async function create(sql: Sql, name: string): Promise<void> {
  try {
    await sql.unsafe(`create database ${name}`)
  } catch (error) {
    const lostRace =
      error instanceof postgres.PostgresError &&
      (error.code === DUPLICATE_DATABASE || error.code === UNIQUE_VIOLATION)
    if (!lostRace) throw error
  }
}
