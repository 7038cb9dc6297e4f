// The real stores of both sides, made by the real applications, with both feeds pumped inside this process.
import { openPostgres, type Sql, type TransactionSql } from '@emotibot/db'
import { authEntities } from '@emotibot/migration-auth'
import {
  createPostgresStore,
  createPump,
  createSqliteStore,
  OWNS_ALL,
  OWNS_NONE,
  openPostgresWrite,
  type Pump,
  type Rule,
  runBackfill,
  type Store,
  type VerifyReport,
  verify,
  waitUntilApplied,
  writeInSqlite,
} from '@emotibot/sync'
import { startAuth, startMonolith } from '@emotibot/testkit'
import Database from 'better-sqlite3'

export type TwoStores = {
  readonly file: Database.Database
  readonly sql: Sql
  readonly monolith: Store
  readonly service: Store
  /** A write with its mark, as each side's door makes it. */
  writeLegacy(work: () => unknown): void
  writeService(work: (tx: TransactionSql) => Promise<unknown>): Promise<void>
  /** Moves the group `auth` to a side entirely, as a flip does. */
  give(to: 'monolith' | 'service'): Promise<void>
  backfill(): Promise<void>
  /** Waits until each side has applied everything of the other. */
  settle(): Promise<void>
  verify(): Promise<VerifyReport>
  close(): Promise<void>
}

const entities = authEntities
const NAMES = { monolith: 'monolith', service: 'auth' } as const
const SETTLE_WITHIN_MS = 10_000

export async function openTwoStores(): Promise<TwoStores> {
  const monolithApp = await startMonolith()
  const authApp = await startAuth({ secret: monolithApp.secret })
  const file = new Database(monolithApp.file)
  file.pragma('foreign_keys = ON')
  const sql = openPostgres(authApp.databaseUrl, { applicationName: 'tests', max: 4 })
  const monolith = createSqliteStore({ file: monolithApp.file, entities })
  const service = createPostgresStore({ url: authApp.databaseUrl, entities })
  const there = createPump({ name: NAMES.monolith, source: monolith, destination: service, entities })
  const back = createPump({ name: NAMES.service, source: service, destination: monolith, entities })
  const stopping = new AbortController()
  const running = [there, back].map((pump) => pump.run(stopping.signal))
  const wake = (): void => {
    there.wake()
    back.wake()
  }

  async function applied(
    source: { name: string; store: Store },
    destination: Store,
    pump: Pump,
  ): Promise<void> {
    const position = await source.store.feed.end()
    const waiting = { source, destination, position, withinMs: SETTLE_WITHIN_MS, wake }
    if (!(await waitUntilApplied(waiting))) throw new Error(`not applied: ${JSON.stringify(pump.status())}`)
  }
  const settle = async (): Promise<void> => {
    await applied({ name: NAMES.monolith, store: monolith }, service, there)
    await applied({ name: NAMES.service, store: service }, monolith, back)
  }

  return {
    file,
    sql,
    monolith,
    service,
    settle,
    writeLegacy: (work) => void writeInSqlite(file, { group: 'auth', partition: '' }, work),
    writeService: async (work) => {
      await sql.begin(async (tx) => {
        await openPostgresWrite(tx, { group: 'auth', partition: '' })
        await work(tx)
      })
    },
    give: async (to) => {
      const [from, into] = to === 'service' ? [monolith, service] : [service, monolith]
      await fence(from, 'giveUp', OWNS_NONE)
      await settle()
      await fence(into, 'open', OWNS_ALL)
    },
    backfill: async () => {
      for (const { name } of entities) await monolith.copies.restartBackfill(name)
      await runBackfill({ source: monolith, entities, signal: stopping.signal })
    },
    verify: () => verify({ monolith, service, names: NAMES, entities }, { wake }),
    close: async () => {
      stopping.abort()
      await Promise.all(running)
      await Promise.all([monolith.close(), service.close(), sql.end({ timeout: 5 })])
      file.close()
      await Promise.all([authApp.close(), monolithApp.close()])
    },
  }
}

export async function fence(store: Store, kind: 'giveUp' | 'open', rule: Rule): Promise<void> {
  const { epoch } = await store.authority.read('auth')
  const next = { kind, fromEpoch: epoch, epoch: epoch + 1, rule }
  const taken = await store.authority.fence([{ group: 'auth', ...next }], { lockWithinMs: 5_000 })
  if (taken.outcome !== 'done') throw new Error(`the fence was ${taken.outcome}`)
}
