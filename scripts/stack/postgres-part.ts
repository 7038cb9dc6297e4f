import { join } from 'node:path'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@emotibot/db'
import type { Part } from '../supervisor/part.ts'

export type PostgresPart = Part & { url: (database: string) => string }

export type PostgresSpec = { dataDir: string; databases: readonly string[]; onLine: (line: string) => void }

/** The embedded PostgreSQL as a part: the same port at every start, its databases made when missing. */
export function postgresPart({ dataDir, databases, onLine }: PostgresSpec): PostgresPart {
  let server: EmbeddedPostgres | undefined
  return {
    name: 'postgres',
    dependsOn: [],
    url: (database) => server?.url(database) ?? '',
    launch: async () => {
      const port = server?.port ?? 0
      server = await startEmbeddedPostgres({ dataDir: clusterFolder(dataDir), port, log: onLine })
      for (const database of databases) await server.createDatabaseIfMissing(database)
      const { pid, exited } = server
      return {
        pid,
        exited: exited.then(() => ({ code: null, signal: null })),
        stop: server.stop.bind(server),
      }
    },
  }
}

export const clusterFolder = (dataDir: string): string => join(dataDir, 'postgres')
