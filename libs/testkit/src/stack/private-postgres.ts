import { readdirSync, readFileSync } from 'node:fs'
import { type EmbeddedPostgres, freePort, startEmbeddedPostgres } from '@emotibot/db'
import { once } from '../apps/running-app.ts'
import { createFolder } from '../folder.ts'
import { until } from '../until.ts'

/** A cluster of one's own, that a test may kill. */
export type PrivatePostgres = {
  readonly port: number
  /** False once its server has ended and until it is started again. */
  isRunning(): boolean
  /** Its log is not kept. */
  lastWords(): string
  /** Ends every process of it at once, as `kill -9` of the postmaster does. */
  kill(): Promise<void>
  /** Kills it where it still runs, and starts it again: the same port and data. */
  restart(): Promise<void>
  /** Every process of it stands still (SIGSTOP), and goes on (SIGCONT). */
  freeze(): void
  thaw(): void
  /** A new, empty database in it. */
  createDatabase(): Promise<{ readonly url: string; drop(): Promise<void> }>
  close(): Promise<void>
}

const RESTART_WITHIN_MS = 30_000

/** Starts a Postgres of its own, with the settings of `npm start`: what it acknowledged survives a kill. */
export async function startPrivatePostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<PrivatePostgres> {
  const folder = createFolder('postgres')
  const port = await freePort(0)
  const start = () => startEmbeddedPostgres({ dataDir: folder.path, port, settings })
  let server = await start()
  let isRunning = true
  let databases = 0
  watch(server)

  function watch(started: EmbeddedPostgres): void {
    isRunning = true
    void started.exited.then(() => {
      if (started === server) isRunning = false
    })
  }

  async function kill(): Promise<void> {
    for (const pid of processesOf(server)) signal(pid, 'SIGKILL')
    await server.exited
  }

  async function startOnPort(): Promise<EmbeddedPostgres | null> {
    const started = await start()
    if (started.port === port) return started
    // Somebody has our port for a moment: an address that was given away must stay.
    await started.stop()
    return null
  }

  return {
    port,
    isRunning: () => isRunning,
    lastWords: () => '',
    kill,
    restart: async () => {
      await kill()
      server = await until('Postgres is up again on its port', startOnPort, RESTART_WITHIN_MS)
      watch(server)
    },
    freeze: () => {
      for (const pid of processesOf(server)) signal(pid, 'SIGSTOP')
    },
    thaw: () => {
      for (const pid of processesOf(server)) signal(pid, 'SIGCONT')
    },
    createDatabase: async () => {
      databases += 1
      const name = `private_${databases}`
      await server.createDatabaseIfMissing(name)
      // They go with the cluster.
      return { url: server.url(name), drop: async () => undefined }
    },
    close: once(async () => {
      for (const pid of processesOf(server)) signal(pid, 'SIGCONT')
      await server.stop()
      folder.remove()
    }),
  }
}

/** The server and every process it has started: each of them is in a group of its own. */
function processesOf({ pid }: EmbeddedPostgres): number[] {
  if (process.platform !== 'linux') return [pid]
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return [pid, ...numbers.map(Number).filter((candidate) => parentOf(candidate) === pid)]
}

/** The fourth field of `/proc/PID/stat`; the second is a name in brackets, which may hold anything. */
function parentOf(pid: number): number | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return null
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has just ended.
  }
}
