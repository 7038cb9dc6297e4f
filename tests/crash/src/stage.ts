import { fileURLToPath } from 'node:url'
import { openPostgres, type Sql } from '@emotibot/db'
import { authEntities } from '@emotibot/migration-auth'
import { createPostgresStore, createSqliteStore, type Store } from '@emotibot/sync'
import { type CarvedOutStack, type Mover, startMover, startStack } from '@emotibot/testkit'
import { type Hub, openHub } from './driver/hub.ts'
import { startWriters, type Writers } from './writers.ts'

/** One stack for many cases: two facades, two movers, and some who write. */
export type Stage = {
  readonly stack: CarvedOutStack
  readonly hub: Hub
  /** Drives, and is struck. */
  readonly struck: Mover
  readonly ledger: Sql
  /** Of the auth service. */
  readonly database: Sql
  readonly stores: { readonly monolith: Store; readonly service: Store }
  readonly writers: Writers
  close(): Promise<void>
}

const DRIVER = fileURLToPath(new URL('./driver/driver-process.ts', import.meta.url))

/** Long: whether somebody else goes on in time must not depend on how busy the machine is. */
const BUDGET_MS = 20_000

export const STRUCK = 'struck'
export const STANDBY = 'standby'

export async function openStage(): Promise<Stage> {
  const hub = await openHub()
  const envOf = (name: string) => ({
    CRASH_HUB_URL: hub.url,
    CRASH_DRIVER: name,
    EMOTIBOT_FLIP_BUDGET_MS: String(BUDGET_MS),
  })
  const env = { mover: envOf(STANDBY) }
  const stack = await startStack({ processes: true, carvedOut: true, facades: 2, moverMain: DRIVER, env })
  const { monolith, auth, facade, facades } = stack
  const common = { secret: monolith.secret, file: monolith.file, databaseUrl: auth.databaseUrl }
  const struck = await startMover({
    ...common,
    ledgerUrl: facade.ledgerUrl,
    processes: true,
    main: DRIVER,
    env: envOf(STRUCK),
  })
  const ledger = openPostgres(facade.ledgerUrl, { applicationName: 'crash', max: 2 })
  const database = openPostgres(auth.databaseUrl, { applicationName: 'crash', max: 1 })
  const stores = {
    monolith: createSqliteStore({ file: monolith.file, entities: authEntities }),
    service: createPostgresStore({ url: auth.databaseUrl, entities: authEntities }),
  }
  const writers = await startWriters(facades.map(({ url }) => url))
  return {
    stack,
    hub,
    struck,
    ledger,
    database,
    stores,
    writers,
    close: async () => {
      await writers.stop()
      hub.holdIf(() => false)
      hub.release()
      await Promise.all([stores.monolith.close(), stores.service.close()])
      await Promise.all([ledger.end({ timeout: 5 }), database.end({ timeout: 5 })])
      await struck.close()
      await stack.close()
      await hub.close()
    },
  }
}
