import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { openPostgres, type PostgresOptions } from './open-postgres.ts'
import { createTestDatabase } from './testing/index.ts'

async function open(options: Partial<PostgresOptions> = {}) {
  const database = await createTestDatabase()
  const sql = openPostgres(database.url, { applicationName: 'open-test', ...options })
  onTestFinished(async () => {
    await sql.end({ timeout: 5 })
    await database.drop()
  })
  return sql
}

it('ends a statement that takes too long', async () => {
  const sql = await open({ statementTimeoutMs: 50 })
  await expect(sql`select pg_sleep(5)`).rejects.toMatchObject({ code: '57014' })
})

it('ends a transaction that sits idle', async () => {
  const sql = await open({ idleInTransactionTimeoutMs: 50 })
  const idle = sql.begin(async (tx) => {
    const [row] = await tx`select pg_backend_pid() as pid`
    await expect.poll(() => sql`select 1 from pg_stat_activity where pid = ${row?.['pid']}`).toEqual([])
    await tx`select 2`
  })
  await expect(idle).rejects.toThrow()
})

it('hands notices to the caller and prints none', async () => {
  const notices: string[] = []
  const sql = await open({ onNotice: (message) => notices.push(message) })
  await sql.unsafe("do $$ begin raise notice 'hear me'; end $$")
  expect(notices).toEqual(['hear me'])
})

it('says whose connection it is', async () => {
  const sql = await open()
  expect(await sql`select current_setting('application_name') as name`).toEqual([{ name: 'open-test' }])
})

it('gives up on a server that does not answer', async () => {
  const sql = openPostgres('postgres://nobody@127.0.0.1:1/none', { applicationName: 'open-test' })
  await expect(sql`select 1`).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await sql.end()
})

it.each([['plain'], ['with "quotes" and \\'], ['a,b'], ['{}'], ['NULL'], [''], ['é 🐈\n']])(
  'sends and reads the text %j in an array as it is',
  async (text) => {
    const sql = await open()
    const rows = await sql`select element from unnest(${[text, 'other']}::text[]) element`
    expect(rows.map(({ element }) => element)).toEqual([text, 'other'])
    const [row] = await sql`select ${[text, 'other', null]}::text[] as texts, '{}'::text[] as none`
    expect(row).toEqual({ texts: [text, 'other', null], none: [] })
  },
)

it('asks nothing of its own on a new connection: nobody could catch that question failing', async () => {
  const database = await createTestDatabase()
  const sent: string[] = []
  const { hostname, port } = new URL(database.url)
  const relay = createServer((client) => {
    const server = connect(Number(port), hostname)
    client.on('data', (bytes) => sent.push(bytes.toString('latin1')))
    client.pipe(server).pipe(client)
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const url = new URL(database.url)
  url.port = String((relay.address() as AddressInfo).port)
  const sql = openPostgres(url.href, { applicationName: 'open-test' })
  await sql`select 'the only question'`
  await sql.end()
  relay.close()
  await database.drop()
  expect(sent.join('').match(/select/gi)).toHaveLength(1)
})
