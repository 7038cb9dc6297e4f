import { join } from 'node:path'
import type { Position } from '@emotibot/contracts'
import { openPostgres, type Sql, type TransactionSql } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import type Database from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import type { AnyEntity } from '../entity.ts'
import { createPostgresStore } from '../postgres/create-postgres-store.ts'
import { openPostgresWrite } from '../postgres/open-write.ts'
import { createPump, type Pump, type PumpOptions } from '../pump.ts'
import { createSqliteStore } from '../sqlite/create-sqlite-store.ts'
import { writeInSqlite } from '../sqlite/open-write.ts'
import type { Store } from '../store.ts'
import { testEntities } from './entities.ts'
import { createMonolithFile } from './monolith-schema.ts'
import { serviceSteps } from './service-schema.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Both sides as their applications hold them, and as the mover does. All of it goes with the test. */
export type TwoSides = {
  readonly file: string
  readonly url: string
  readonly db: Database.Database
  readonly sql: Sql
  readonly monolith: Store
  readonly service: Store
  /** A write at the monolith, as its door does it. */
  writeMonolith(partition: string, statements: string): Position
  /** A write at the service, likewise. */
  writeService(partition: string, write: (tx: TransactionSql) => Promise<unknown>): Promise<Position>
  pump(from: 'monolith' | 'service', options?: Partial<PumpOptions>): Pump
}

export async function createTwoSides(entities: readonly AnyEntity[] = testEntities): Promise<TwoSides> {
  const file = join(temporaryFolder(), 'monolith.sqlite')
  const db = createMonolithFile(file)
  const { url, drop } = await createTestDatabase({ steps: serviceSteps })
  const sql = openPostgres(url, { applicationName: 'test-service', max: 6 })
  const monolith = createSqliteStore({ file, entities, holdsForeignKeys: true })
  const service = createPostgresStore({ url, entities })
  onTestFinished(async () => {
    await Promise.all([monolith.close(), service.close(), sql.end({ timeout: 5 })])
    db.close()
    await drop()
  })

  return {
    file,
    url,
    db,
    sql,
    monolith,
    service,
    writeMonolith: (partition, statements) =>
      writeInSqlite(db, { group: 'auth', partition }, () => db.exec(statements)).position,
    writeService: (partition, write) =>
      sql.begin(async (tx) => {
        const { position } = await openPostgresWrite(tx, { group: 'auth', partition })
        await write(tx)
        return position
      }) as Promise<Position>,
    pump: (from, options = {}) =>
      createPump(
        from === 'monolith'
          ? { name: 'monolith', source: monolith, destination: service, entities, ...options }
          : { name: 'service', source: service, destination: monolith, entities, ...options },
      ),
  }
}

/** Runs pumps while `work` is done, and ends them after it. */
export async function whilePumping<T>(pumps: readonly Pump[], work: () => Promise<T>): Promise<T> {
  const stopping = new AbortController()
  const running = pumps.map((pump) => pump.run(stopping.signal))
  try {
    return await work()
  } finally {
    stopping.abort()
    await Promise.all(running)
  }
}
