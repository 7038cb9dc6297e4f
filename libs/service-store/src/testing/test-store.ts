import type { WriteGroup } from '@emotibot/contracts'
import { type MigrationStep, openPostgres, type Sql, type TransactionSql } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import { OWNS_ALL, openPostgresWrite, type Rule } from '@emotibot/sync'

/** To be put last: the database owns everything, as if all its groups had been flipped to it. */
export const ownerStep: MigrationStep = {
  name: 'owns-all',
  sql: `update authority set epoch = epoch + 1, low = ${OWNS_ALL.low}, high = ${OWNS_ALL.high}`,
}

export type TestStore = {
  readonly url: string
  readonly sql: Sql
  /** A write past the service, with the mark that every write carries. */
  write<T>(group: WriteGroup, work: (tx: TransactionSql) => Promise<T>): Promise<T>
  /** What the store owns of a group from now on. */
  own(group: WriteGroup, rule: Rule): Promise<void>
  /** How many connections to this database wait for a lock that a transaction asks for by name. */
  countWaiting(): Promise<number>
  drop(): Promise<void>
}

/** A database of its own for a test, made with `steps`, and a way to look into it past the service. */
export async function createTestStore(steps: readonly MigrationStep[]): Promise<TestStore> {
  const database = await createTestDatabase({ steps })
  const sql = openPostgres(database.url, { applicationName: 'test-store', max: 4 })
  return {
    url: database.url,
    sql,
    async write(group, work) {
      const { outcome } = await sql.begin(async (tx) => {
        await openPostgresWrite(tx, { group, partition: '' })
        return { outcome: await work(tx) }
      })
      return outcome
    },
    async own(group, { low, high, allow, deny }) {
      await sql`
        update authority
        set epoch = epoch + 1, low = ${low}, high = ${high}, allow = ${[...allow]}, deny = ${[...deny]}
        where write_group = ${group}`
    },
    async countWaiting() {
      const rows = await sql`
        select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`
      return rows.length
    },
    async drop() {
      await sql.end({ timeout: 5 })
      await database.drop()
    },
  }
}
