// The real stores of both sides, made by the real applications, with both feeds pumped inside this process.

import type { WriteGroup } from '@emotibot/contracts'
import { openPostgres, type Sql, type TransactionSql } from '@emotibot/db'
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
import { startMonolith } from '@emotibot/testkit'
import Database from 'better-sqlite3'
import type { CarveOut } from './carve-outs.ts'

export type TwoStores = {
  /** Both applications, on ports of their own. */
  readonly urls: { readonly monolith: string; readonly service: string }
  readonly file: Database.Database
  readonly sql: Sql
  readonly monolith: Store
  readonly service: Store
  /** A write with its mark, as each side's door makes it. */
  writeLegacy(work: () => unknown): void
  writeService(work: (tx: TransactionSql) => Promise<unknown>): Promise<void>
  /** Moves the group to a side entirely, as a flip does. */
  give(to: 'monolith' | 'service'): Promise<void>
  backfill(): Promise<void>
  /** Waits until each side has applied everything of the other. */
  settle(): Promise<void>
  verify(): Promise<VerifyReport>
  close(): Promise<void>
}

const SETTLE_WITHIN_MS = 10_000

export async function openTwoStores({ name, group, entities, start }: CarveOut): Promise<TwoStores> {
  const names = { monolith: 'monolith', service: name } as const
  const monolithApp = await startMonolith()
  const serviceApp = await start(monolithApp.secret)
  const file = new Database(monolithApp.file)
  const sql = openPostgres(serviceApp.databaseUrl, { applicationName: 'tests', max: 4 })
  const monolith = createSqliteStore({ file: monolithApp.file, entities })
  const service = createPostgresStore({ url: serviceApp.databaseUrl, entities })
  const there = createPump({ name: names.monolith, source: monolith, destination: service, entities })
  const back = createPump({ name: names.service, source: service, destination: monolith, entities })
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
    await applied({ name: names.monolith, store: monolith }, service, there)
    await applied({ name: names.service, store: service }, monolith, back)
  }

  return {
    urls: { monolith: monolithApp.url, service: serviceApp.url },
    file,
    sql,
    monolith,
    service,
    settle,
    writeLegacy: (work) => void writeInSqlite(file, { group, partition: '' }, work),
    writeService: async (work) => {
      await sql.begin(async (tx) => {
        await openPostgresWrite(tx, { group, partition: '' })
        await work(tx)
      })
    },
    give: async (to) => {
      const [from, into] = to === 'service' ? [monolith, service] : [service, monolith]
      await fence(from, 'giveUp', { group, rule: OWNS_NONE })
      await settle()
      await fence(into, 'open', { group, rule: OWNS_ALL })
    },
    backfill: async () => {
      for (const { name } of entities) await monolith.copies.restartBackfill(name)
      await runBackfill({ source: monolith, entities, signal: stopping.signal })
    },
    verify: () => verify({ monolith, service, names, entities }, { wake }),
    close: async () => {
      stopping.abort()
      await Promise.all(running)
      await Promise.all([monolith.close(), service.close(), sql.end({ timeout: 5 })])
      file.close()
      await Promise.all([serviceApp.close(), monolithApp.close()])
    },
  }
}

type Fencing = { readonly group: WriteGroup; readonly rule: Rule }

export async function fence(store: Store, kind: 'giveUp' | 'open', { group, rule }: Fencing): Promise<void> {
  const { epoch } = await store.authority.read(group)
  const next = { kind, fromEpoch: epoch, epoch: epoch + 1, rule }
  const taken = await store.authority.fence([{ group, ...next }], { lockWithinMs: 5_000 })
  if (taken.outcome !== 'done') throw new Error(`the fence was ${taken.outcome}`)
}
