// The embedded default: a real PostgreSQL of our own, on the loopback address only.
//
//   place ─► claim ─► binaries ─► cluster (initdb once) ─► clear what an earlier run left ─► server
//
// One owner at a time (the claim), and never two servers on one cluster: a server whose owner was
// killed stops by its watchdog, and is stopped here if that could not be.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createDatabaseIfMissing } from '../create-database.ts'
import { locateBinaries } from './binaries.ts'
import { claimFolder, type FolderClaim } from './claim-folder.ts'
import { CLUSTER_USER, type Cluster, openCluster } from './cluster.ts'
import { placeOfCluster } from './cluster-place.ts'
import { clearLeftOver } from './left-over-server.ts'
import { serverAccount } from './server-account.ts'
import { type ServerProcess, startServer } from './server-process.ts'

export type EmbeddedPostgresOptions = {
  /** Where the cluster lives; as root it may have to live elsewhere, see `folder` of what is answered. */
  dataDir: string
  /** Steps aside when busy. Default: any free port. */
  port?: number
  /** Server settings, e.g. `{ max_connections: '200' }`. */
  settings?: Readonly<Record<string, string>>
  /** Gets the lines the server prints. */
  log?: (line: string) => void
}

/** A running cluster. Whoever started it stops it; when that process dies the cluster stops by itself. */
export class EmbeddedPostgres {
  /** Where the data really is. */
  readonly folder: string
  readonly #server: ServerProcess
  readonly #password: string

  constructor(cluster: Cluster, server: ServerProcess) {
    this.folder = cluster.folder
    this.#password = cluster.password
    this.#server = server
  }

  get port(): number {
    return this.#server.port
  }

  get pid(): number {
    return this.#server.pid
  }

  /** Resolves when the server has ended, asked to or not. */
  get exited(): Promise<void> {
    return this.#server.exited
  }

  /** Where `database` is or would be: it is not made by this. Holds the password. */
  url(database = 'postgres'): string {
    return `postgres://${CLUSTER_USER}:${this.#password}@127.0.0.1:${this.port}/${database}`
  }

  async createDatabaseIfMissing(name: string): Promise<void> {
    await createDatabaseIfMissing(this.url(), name)
  }

  /** Fast shutdown: transactions are rolled back, what was committed stays. Bounded; harder when it must be. */
  async stop(): Promise<void> {
    await this.#server.stop()
  }
}

/**
 * Starts the cluster in `dataDir`, made the first time, and waits until it accepts connections.
 * Throws `DB_FOLDER_IN_USE` while another live process owns that folder.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log = () => undefined } = options
  const account = serverAccount()
  const folder = placeOfCluster(dataDir, account)
  if (account && folder.startsWith('/var/lib/'))
    log(`${dataDir} is closed to the server: its data is in ${folder}`)
  return holding(claimFolder(folder), async () => {
    const binaries = await locateBinaries(account)
    const cluster = await openCluster(folder, binaries.initdb, account)
    await clearLeftOver(cluster.data, log)
    const { port = 0, settings = {} } = options
    const server = await startServer({ cluster, postgres: binaries.postgres, account, port, settings, log })
    return new EmbeddedPostgres(cluster, server)
  })
}

/** Removes the cluster of `dataDir`, wherever it lies. Throws `DB_FOLDER_IN_USE` while a live process owns it. */
export async function removeEmbeddedPostgres(dataDir: string): Promise<void> {
  const folder = placeOfCluster(dataDir)
  const claim = claimFolder(folder)
  await clearLeftOver(join(folder, 'data'), () => undefined).finally(() => claim.release())
  rmSync(folder, { recursive: true, force: true })
}

async function holding(
  claim: FolderClaim,
  start: () => Promise<EmbeddedPostgres>,
): Promise<EmbeddedPostgres> {
  try {
    const started = await start()
    void started.exited.then(() => claim.release())
    return started
  } catch (error) {
    claim.release()
    throw error
  }
}
