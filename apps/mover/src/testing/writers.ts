// People who write all the while, each on whichever side takes it; what was acknowledged is kept apart from the stores.
import { setTimeout as delay } from 'node:timers/promises'
import type { TransactionSql } from '@emotibot/db'
import { openPostgresWrite, StaleEpochError, writeInSqlite } from '@emotibot/sync'
import { expect, onTestFinished } from 'vitest'
import type { Stage } from './stage.ts'
import { until } from './stage.ts'

export type Writers = {
  /** Account by id: the value that was acknowledged last. */
  readonly acknowledged: ReadonlyMap<string, string>
  count(): number
  /** How long each write took that no side took at once, in milliseconds. */
  readonly waitedMs: readonly number[]
  stop(): Promise<void>
}

const PARTITIONS = 40

/** `everyMs`: the pause of each writer between two writes. */
export function startWriters(stage: Stage, options: { writers: number; everyMs: number }): Writers {
  const acknowledged = new Map<string, string>()
  const waitedMs: number[] = []
  let count = 0
  let isOver = false

  async function writeOnce(writer: number): Promise<void> {
    const partition = `user ${count++ % PARTITIONS}`
    const id = `${writer}/${partition}`
    const value = `value ${count}`
    const startedAtMs = performance.now()
    for (let tries = 0; ; tries++) {
      if (await writeAt(stage, tries % 2 === 0 ? 'monolith' : 'service', { id, partition, value })) {
        if (tries > 1) waitedMs.push(performance.now() - startedAtMs)
        acknowledged.set(id, value)
        return
      }
      if (tries % 2 === 1) await delay(2)
    }
  }

  const running = Array.from({ length: options.writers }, async (_, writer) => {
    while (!isOver) {
      await writeOnce(writer)
      await delay(options.everyMs)
    }
  })
  const stop = async (): Promise<void> => {
    isOver = true
    await Promise.all(running)
  }
  onTestFinished(stop)
  return { acknowledged, waitedMs, count: () => count, stop }
}

export type Account = { readonly id: string; readonly partition: string; readonly value: string }

/** False when the side does not own the partition. */
export async function writeAt(
  { db, sql }: Stage,
  side: 'monolith' | 'service',
  { id, partition, value }: Account,
): Promise<boolean> {
  const scope = { group: 'auth', partition } as const
  try {
    if (side === 'monolith') writeInSqlite(db, scope, () => put.sqlite(db, { id, partition, value }))
    else
      await sql.begin(async (tx) => {
        await openPostgresWrite(tx, scope)
        await put.postgres(tx, { id, partition, value })
      })
    return true
  } catch (error) {
    if (error instanceof StaleEpochError) return false
    throw error
  }
}

const put = {
  sqlite: (db: Stage['db'], { id, partition, value }: Account) =>
    db
      .prepare('insert into accounts values (?, ?, ?) on conflict (id) do update set value = excluded.value')
      .run(id, partition, value),
  postgres: (tx: TransactionSql, { id, partition, value }: Account) => tx`
    insert into accounts values (${id}, ${partition}, ${value})
    on conflict (id) do update set value = excluded.value`,
}

/** Both stores hold exactly what was acknowledged, once the feeds have run out. */
export async function expectAllThere(stage: Stage, acknowledged: ReadonlyMap<string, string>): Promise<void> {
  const wanted = [...acknowledged].toSorted()
  const legacy = () =>
    stage.db.prepare<[], [string, string]>('select id, value from accounts').raw().all().toSorted()
  const served = async () => {
    const rows = await stage.sql<{ id: string; value: string }[]>`select id, value from accounts`
    return rows.map(({ id, value }) => [id, value]).toSorted()
  }
  const same = (rows: readonly (readonly string[])[]) => JSON.stringify(rows) === JSON.stringify(wanted)
  await until('both stores are equal', async () => same(legacy()) && same(await served())).catch(
    () => undefined,
  )
  expect(legacy()).toEqual(wanted)
  expect(await served()).toEqual(wanted)
  for (const store of [stage.monolith, stage.service]) expect(await store.applier.conflicts(5)).toEqual([])
}
