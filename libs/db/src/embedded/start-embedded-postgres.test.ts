import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPostgres } from '../open-postgres.ts'
import { isAlive } from './process-identity.ts'
import {
  type EmbeddedPostgres,
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
} from './start-embedded-postgres.ts'
import { waitUntil } from './wait-until.ts'

const isRoot = process.getuid?.() === 0
let scratch = ''
let dataDir = ''
const running: EmbeddedPostgres[] = []

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'emotibot-db-'))
  chmodSync(scratch, 0o755)
  dataDir = join(scratch, 'postgres')
})

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
  rmSync(scratch, { recursive: true, force: true })
})

async function start(port = 0): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, port })
  running.push(server)
  return server
}

async function query(server: EmbeddedPostgres, text: string) {
  const sql = openPostgres(server.url(), { applicationName: 'test', max: 1 })
  try {
    return [...(await sql.unsafe(text))]
  } finally {
    await sql.end()
  }
}

describe('an embedded PostgreSQL', () => {
  it('keeps its rows over stop and start', async () => {
    const first = await start()
    await query(first, 'create table kept as select 42 as answer')
    await first.stop()
    expect(isAlive(first.pid)).toBe(false)
    expect(await query(await start(), 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  it('keeps committed rows when it is killed, and starts again at once', async () => {
    const first = await start()
    await query(first, 'create table kept as select 42 as answer')
    process.kill(first.pid, 'SIGKILL')
    await first.exited
    expect(await query(await start(), 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  it('takes another port when the wished one is busy', async () => {
    const busy = createServer().listen(0, '127.0.0.1')
    await once(busy, 'listening')
    const address = busy.address()
    const port = address && typeof address === 'object' ? address.port : 0
    const server = await start(port)
    busy.close()
    expect(server.port).not.toBe(port)
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('starts over a postmaster.pid whose process is another program by now', async () => {
    const first = await start()
    await first.stop()
    const data = join(first.folder, 'data')
    writeFileSync(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n1\n5432\n\n127.0.0.1\n\nready\n`)
    expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('refuses a folder that a live process owns', async () => {
    await start()
    await expect(start()).rejects.toMatchObject({ code: 'DB_FOLDER_IN_USE' })
  })

  it('is removed only when nobody runs it', async () => {
    const server = await start()
    await expect(removeEmbeddedPostgres(dataDir)).rejects.toMatchObject({ code: 'DB_FOLDER_IN_USE' })
    await server.stop()
    await removeEmbeddedPostgres(dataDir)
    expect(existsSync(server.folder)).toBe(false)
  })

  it('lets nobody in without the password', async () => {
    const server = await start()
    const sql = openPostgres(server.url().replace(/:[^:@]+@/, ':wrong@'), { applicationName: 'test', max: 1 })
    await expect(sql`select 1`).rejects.toMatchObject({ code: '28P01' })
    await sql.end()
    expect(statSync(join(server.folder, 'password')).mode & 0o777).toBe(0o600)
  })

  it('makes a database once, also when two ask at the same time', async () => {
    const server = await start()
    await Promise.all([server.createDatabaseIfMissing('ledger'), server.createDatabaseIfMissing('ledger')])
    const rows = await query(server, "select datname from pg_database where datname = 'ledger'")
    expect(rows).toEqual([{ datname: 'ledger' }])
    await expect(server.createDatabaseIfMissing('a; drop')).rejects.toMatchObject({ code: 'DB_BAD_NAME' })
  })
})

/** Another process that starts a cluster, prints its pid and waits to be killed. */
async function startElsewhere(): Promise<{ serverPid: number; kill: () => void }> {
  const entry = JSON.stringify(new URL('./start-embedded-postgres.ts', import.meta.url).href)
  const script = `
    const { startEmbeddedPostgres } = await import(${entry})
    const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} })
    process.stdout.write(String(server.pid))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [printed] = await once(child.stdout, 'data')
  return { serverPid: Number(String(printed)), kill: () => child.kill('SIGKILL') }
}

describe('a process that is killed with its PostgreSQL running', () => {
  it('leaves no server behind', async () => {
    const elsewhere = await startElsewhere()
    expect(isAlive(elsewhere.serverPid)).toBe(true)
    elsewhere.kill()
    expect(await waitUntil(() => !isAlive(elsewhere.serverPid), 10_000)).toBe(true)
  })

  it('gives way to the next start on the same folder', async () => {
    const elsewhere = await startElsewhere()
    await expect(start()).rejects.toMatchObject({ code: 'DB_FOLDER_IN_USE' })
    elsewhere.kill()
    await waitUntil(() => !isOwned(), 10_000)
    const server = await start()
    expect(isAlive(elsewhere.serverPid)).toBe(false)
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

function isOwned(): boolean {
  const owner = JSON.parse(readFileSync(join(dataDir, 'owner.json'), 'utf8')) as { pid: number }
  return isAlive(owner.pid)
}

describe.runIf(isRoot)('as root', () => {
  it('runs the server as another user, who owns the data', async () => {
    const server = await start()
    expect(statSync(`/proc/${server.pid}`).uid).not.toBe(0)
    expect(statSync(join(server.folder, 'data')).uid).not.toBe(0)
  })

  it('moves the data where the server may go when the wished folder is closed to it', async () => {
    const closed = join(scratch, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    dataDir = join(closed, 'postgres')
    const said: string[] = []
    const server = await startEmbeddedPostgres({ dataDir, log: (line) => said.push(line) })
    running.push(server)
    expect(server.folder).toMatch(/^\/var\/lib\/emotibot\/cluster-/)
    expect(said[0]).toContain(`its data is in ${server.folder}`)
    await server.stop()
    await removeEmbeddedPostgres(dataDir)
    expect(existsSync(server.folder)).toBe(false)
  })
})
