// What patches/postgres+*.patch mends in the driver: a statement of a transaction whose connection was lost went to
// that connection all the same. It ended our process from a timer, where nobody can catch it, or left the pool with a
// connection that never answers.
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { openPostgres } from './open-postgres.ts'
import { createTestDatabase } from './testing/index.ts'

const CONNECTIONS = 4

async function openPool() {
  const { url } = await createTestDatabase()
  const [sql, admin] = [CONNECTIONS, 1].map((max) => openPostgres(url, { applicationName: 'lost', max }))
  if (!sql || !admin) throw new Error('no pool was opened')
  onTestFinished(async () => {
    await Promise.all([sql.end({ timeout: 1 }), admin.end({ timeout: 1 })])
  })
  await sql`create table pairs (name integer not null, half integer not null)`
  const cut = async () => {
    await admin`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`
  }
  return { sql, cut }
}

it('a transaction whose connection is lost rejects at its next statement, and so does every later one', async () => {
  const { sql, cut } = await openPool()
  const outcomes: string[] = []
  const transaction = sql.begin(async (tx) => {
    await tx`select 1`
    await cut()
    await delay(20)
    for (let time = 0; time < 3; time += 1) {
      await tx`insert into pairs values (1, 1)`.then(
        () => outcomes.push('written'),
        () => outcomes.push('rejected'),
      )
    }
    throw new Error('over')
  })
  await expect(transaction).rejects.toThrow()
  await expect.poll(() => outcomes).toEqual(['rejected', 'rejected', 'rejected'])
  expect([...(await sql`select * from pairs`)]).toEqual([])
})

it('a pool whose connections are cut again and again writes transactions whole or not at all, and goes on', async () => {
  const { sql, cut } = await openPool()
  const stopping = new AbortController()
  let written = 0
  async function write(name: number): Promise<void> {
    for (let half = 1; !stopping.signal.aborted; half += 1) {
      const pair = sql.begin(async (tx) => {
        await Promise.all([tx`select 1`, tx`select ${half}::int`])
        await tx`insert into pairs values (${name}, ${half})`
        await tx.savepoint((inner) => inner`insert into pairs values (${name}, ${-half})`)
      })
      await pair.then(
        () => (written += 1),
        () => delay(2),
      )
    }
  }
  const writers = Array.from({ length: 3 * CONNECTIONS }, (_, name) => write(name))
  for (let time = 0; time < 60; time += 1) {
    await delay(10)
    await cut().catch(() => undefined)
  }
  await expect.poll(() => written, { timeout: 10_000 }).toBeGreaterThan(50)
  stopping.abort()
  await Promise.all(writers)
  const halves = await sql`
    select name, abs(half) from pairs group by 1, 2 having count(*) <> 2 or sum(half) <> 0`
  expect([...halves]).toEqual([])
  const answers = await Promise.all(Array.from({ length: CONNECTIONS }, () => sql`select 1 as one`))
  expect(answers.map(([row]) => row?.['one'])).toEqual([1, 1, 1, 1])
})
