import { expect, it } from 'vitest'
import { openPostgres } from '../open-postgres.ts'
import { createTestDatabase } from './index.ts'

const steps = [{ name: '001-notes', sql: 'create table notes (text text)' }]

it('gives every caller a migrated database of its own', async () => {
  const databases = await Promise.all([1, 2, 3].map(() => createTestDatabase({ steps })))
  for (const [index, { url }] of databases.entries()) {
    const sql = openPostgres(url, { applicationName: 'test', max: 1 })
    await sql`insert into notes values (${`note ${index}`})`
    expect(await sql`select text from notes`).toEqual([{ text: `note ${index}` }])
    await sql.end()
  }
  await Promise.all(databases.map((database) => database.drop()))
})

it('drops a database from under open connections', async () => {
  const database = await createTestDatabase()
  const sql = openPostgres(database.url, { applicationName: 'test', max: 1 })
  await sql`select 1`
  await database.drop()
  await expect(sql`select 1`).rejects.toThrow()
  await sql.end()
})
