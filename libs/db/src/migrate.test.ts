import type { Sql } from 'postgres'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MigrationStep, migrate } from './migrate.ts'
import { openPostgres } from './open-postgres.ts'
import { createTestDatabase, type TestDatabase } from './testing/index.ts'

const users: MigrationStep = {
  name: '001-users',
  sql: 'create table users (id int); create table notes (id int)',
}
const emails: MigrationStep = { name: '002-emails', sql: 'alter table users add column email text' }

let database: TestDatabase
let sql: Sql
beforeEach(async () => {
  database = await createTestDatabase()
  sql = openPostgres(database.url, { applicationName: 'migrate-test' })
})
afterEach(async () => {
  await sql.end()
  await database.drop()
})

describe('migrate', () => {
  it('applies each step once, in order', async () => {
    expect(await migrate(sql, [users])).toEqual(['001-users'])
    expect(await migrate(sql, [users, emails])).toEqual(['002-emails'])
    expect(await migrate(sql, [users, emails])).toEqual([])
  })

  it('applies each step once when replicas race', async () => {
    const other = openPostgres(database.url, { applicationName: 'replica' })
    const applied = await Promise.all([sql, other, sql].map((replica) => migrate(replica, [users, emails])))
    await other.end()
    expect(applied.flat().sort()).toEqual(['001-users', '002-emails'])
  })

  it('refuses a step whose text changed after it was applied', async () => {
    await migrate(sql, [users])
    const changed = { ...users, sql: 'create table users (id bigint)' }
    await expect(migrate(sql, [changed])).rejects.toMatchObject({ code: 'DB_STEP_CHANGED' })
  })

  it('leaves nothing of a step that fails, and can go on after it is mended', async () => {
    const broken = {
      name: '001-users',
      sql: 'create table users (id int); create table nonsense (id nothing)',
    }
    await expect(migrate(sql, [broken])).rejects.toThrow(/"001-users" failed/)
    expect(await sql`select to_regclass('users') as found`).toEqual([{ found: null }])
    expect(await migrate(sql, [users])).toEqual(['001-users'])
  })

  it('refuses a new step in front of an applied one, and two of one name', async () => {
    await migrate(sql, [emailsOnly])
    await expect(migrate(sql, [users, emailsOnly])).rejects.toMatchObject({ code: 'DB_STEP_MISPLACED' })
    await expect(migrate(sql, [users, users])).rejects.toMatchObject({ code: 'DB_STEP_REPEATED' })
  })

  it('leaves the steps of a newer version alone', async () => {
    await migrate(sql, [users, emails])
    expect(await migrate(sql, [users])).toEqual([])
  })
})

const emailsOnly: MigrationStep = { name: '002-emails', sql: 'create table emails (id int)' }
