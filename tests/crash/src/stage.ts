import { fileURLToPath } from 'node:url'
import { openPostgres, type Sql } from '@emotibot/db'
import { createPostgresStore, createSqliteStore, type Store } from '@emotibot/sync'
import {
  type CarvedOutStack,
  type Mover,
  type RunningApp,
  startMover,
  startPrivatePostgres,
  startStack,
} from '@emotibot/testkit'
import { type Hub, openHub } from './driver/hub.ts'
import type { Subject, SubjectJournal } from './subjects/subject.ts'
import type { Note } from './writers/note.ts'
import { startWriters, type Writers } from './writers/writers.ts'

/** One stack for many cases: two facades, two movers, and some who write. */
export type Stage = {
  readonly subject: Subject
  readonly stack: CarvedOutStack<Subject['domain']>
  /** Of the domain that is flipped. */
  readonly service: RunningApp
  readonly hub: Hub
  /** Drives, and is struck. */
  readonly struck: Mover
  readonly ledger: Sql
  /** Of the service. */
  readonly database: Sql
  readonly stores: { readonly monolith: Store; readonly service: Store }
  readonly writers: Writers
  readonly journal: SubjectJournal
  close(): Promise<void>
}

const DRIVER = fileURLToPath(new URL('./driver/driver-process.ts', import.meta.url))

/** Long: whether somebody else goes on in time must not depend on how busy the machine is. */
const BUDGET_MS = 20_000

/** Many processes ask it; it is never killed itself. */
const SETTINGS = { max_connections: '200', fsync: 'off' }

export const STRUCK = 'struck'
export const STANDBY = 'standby'

export async function openStage(subject: Subject): Promise<Stage> {
  const hub = await openHub()
  const envOf = (name: string) => ({
    CRASH_HUB_URL: hub.url,
    CRASH_DRIVER: name,
    EMOTIBOT_FLIP_BUDGET_MS: String(BUDGET_MS),
  })
  const env = { mover: envOf(STANDBY) }
  const { domain, entities } = subject
  const carvedOut = [domain]
  const postgres = await startPrivatePostgres(SETTINGS)
  const { createDatabase } = postgres
  const stack = await startStack({
    processes: true,
    carvedOut,
    facades: 2,
    moverMain: DRIVER,
    env,
    createDatabase,
  })
  const { monolith, facade, facades, [domain]: service } = stack
  const { secret, file } = monolith
  const struck = await startMover({
    secret,
    file,
    databaseUrls: { [domain]: service.databaseUrl },
    ledgerUrl: facade.ledgerUrl,
    processes: true,
    main: DRIVER,
    env: envOf(STRUCK),
  })
  const ledger = openPostgres(facade.ledgerUrl, { applicationName: 'crash', max: 2 })
  const database = openPostgres(service.databaseUrl, { applicationName: 'crash', max: 1 })
  const stores = {
    monolith: createSqliteStore({ file, entities }),
    service: createPostgresStore({ url: service.databaseUrl, entities }),
  }
  const note: Note = { faults: [], failures: [] }
  const journal = subject.openJournal(note)
  const urls = facades.map(({ url }) => url)
  const writers = await startWriters(urls, note, journal.write)
  return {
    subject,
    stack,
    service,
    hub,
    struck,
    ledger,
    database,
    stores,
    writers,
    journal,
    close: async () => {
      await writers.stop()
      hub.holdIf(() => false)
      hub.release()
      await Promise.all([stores.monolith.close(), stores.service.close()])
      await Promise.all([ledger.end({ timeout: 5 }), database.end({ timeout: 5 })])
      await struck.close()
      await stack.close()
      await postgres.close()
      await hub.close()
    },
  }
}
