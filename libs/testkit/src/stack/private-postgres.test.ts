import { setTimeout as delay } from 'node:timers/promises'
import { openPostgres } from '@emotibot/db'
import { expect, it } from 'vitest'
import { startPrivatePostgres } from './private-postgres.ts'

it('keeps what it acknowledged when it is killed, and comes back on its port', async () => {
  const postgres = await startPrivatePostgres()
  const { url } = await postgres.createDatabase()
  const sql = openPostgres(url, { applicationName: 'test', max: 1 })
  await sql`create table notes (text text)`
  await sql`insert into notes values ('kept')`
  await postgres.kill()
  await expect(sql`select 1`).rejects.toThrow()
  await postgres.restart()
  expect(await sql`select text from notes`).toEqual([{ text: 'kept' }])
  await sql.end()
  await postgres.close()
}, 60_000)

it('stands still and goes on', async () => {
  const postgres = await startPrivatePostgres()
  const sql = openPostgres((await postgres.createDatabase()).url, { applicationName: 'test', max: 1 })
  await sql`select 1`
  postgres.freeze()
  let isAnswered = false
  const answer = sql`select 1`.then(() => {
    isAnswered = true
  })
  await delay(300)
  expect(isAnswered).toBe(false)
  postgres.thaw()
  await answer
  await sql.end()
  await postgres.close()
}, 60_000)
