// Keeps the PostgreSQL of the test processes: started by the first of them, in a session of its own.
// Every test process holds a connection to it. When the last one is closed (its process ended, or was
// killed) the keeper stops the server, removes the data and ends.
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { claimFolder } from '../embedded/claim-folder.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded/start-embedded-postgres.ts'
import { type KeeperNote, noteFile } from './test-server.ts'

const IDLE_BEFORE_LEAVING_MS = 3_000

/** Nothing here outlives a run, so nothing needs to reach the disk. A whole system takes about 50 connections, and several run at once. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '500' }

async function keep(folder: string): Promise<void> {
  const claim = claimFolder(folder)
  removeEarlierClusters(folder)
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, `cluster-${process.pid}`),
    settings: SETTINGS,
  })
  await untilUnused(folder, server)
  await server.stop()
  rmSync(server.folder, { recursive: true, force: true })
  rmSync(join(folder, 'keeper.log'), { force: true })
  claim.release()
}

/** Left by a keeper that was killed; its server has stopped by its watchdog. */
function removeEarlierClusters(folder: string): void {
  for (const entry of readdirSync(folder)) {
    if (entry.startsWith('cluster-'))
      rmSync(join(folder, entry), { recursive: true, force: true, maxRetries: 5 })
  }
}

async function untilUnused(folder: string, server: EmbeddedPostgres): Promise<void> {
  const door = createServer()
  const unused = whenUnused(door)
  await new Promise<void>((listening) => door.listen(0, '127.0.0.1', listening))
  writeNote(folder, { keeperPort: portOf(door), url: server.url() })
  const isGone = await Promise.race([unused.then(() => false), server.exited.then(() => true)])
  // From here on newcomers find no note, wait for this keeper to end, and start the next.
  rmSync(noteFile(folder), { force: true })
  // One that came at the last moment keeps the server until it leaves, unless there is none any more.
  if (!isGone) await new Promise((closed) => door.close(closed))
}

function whenUnused(door: Server): Promise<void> {
  return new Promise((resolve) => {
    let users = 0
    const leave = () => {
      if (users === 0) resolve()
    }
    setTimeout(leave, IDLE_BEFORE_LEAVING_MS)
    door.on('connection', (socket) => {
      users += 1
      socket.on('error', () => undefined)
      socket.on('close', () => {
        users -= 1
        setTimeout(leave, IDLE_BEFORE_LEAVING_MS)
      })
      socket.resume()
      socket.write('welcome')
    })
  })
}

function writeNote(folder: string, note: KeeperNote): void {
  const draft = `${noteFile(folder)}.draft`
  writeFileSync(draft, JSON.stringify(note), { mode: 0o600 })
  renameSync(draft, noteFile(folder))
}

function portOf(door: Server): number {
  const address = door.address()
  return address && typeof address === 'object' ? address.port : 0
}

await keep(process.argv[2] ?? '')
process.exit()
