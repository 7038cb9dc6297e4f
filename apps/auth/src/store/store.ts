import type { WriteGroup } from '@emotibot/contracts'
import type { Sql } from '@emotibot/db'
import { sql } from 'drizzle-orm'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { enterGroup, limitTransaction } from './enter-group.ts'
import { asStoreFault } from './store-fault.ts'
import { DeadlineError, withinDeadline } from './within-deadline.ts'

/** What a read may do. It has no way to write. */
export type Reader = Pick<PostgresJsDatabase, 'select'>
/** What a write may do inside its transaction. */
export type Tx = Reader & Pick<PostgresJsDatabase, 'insert' | 'update' | 'delete' | 'execute'>

/** Whose rows a write touches: the group, and the folded username. */
export type WriteScope = {
  readonly group: WriteGroup
  readonly partition: string
  /** `alone`: nobody else writes in this group meanwhile. */
  readonly lock?: 'shared' | 'alone'
}

/** The one database. Every write goes through `write`, and there is no other way to a row of a group. */
export type Store = {
  read<T>(query: (db: Reader) => Promise<T>): Promise<T>
  /** One short transaction under the group's lock; what the effect throws rolls everything back. */
  write<T>(scope: WriteScope, effect: (tx: Tx) => Promise<T>): Promise<T>
  /** For tables of this service alone, which belong to no group. One writer at a time. */
  writeOwn<T>(effect: (tx: Tx) => Promise<T>): Promise<T>
  /** Throws when the database does not answer. */
  ping(): Promise<void>
}

/** Longer than a transaction may take: past it the database is frozen or the line is dead. */
const DEADLINE_MS = 5_000
const OWN_LOCK = 4_021_770_318

/** Throws ApiError BUSY (nothing was done) while the database is away, TIMEOUT where a commit may have happened. */
export function createStore(client: Sql): Store {
  const db = drizzle(client)

  async function inTransaction<T>(enter: (tx: Tx) => Promise<unknown>, effect: (tx: Tx) => Promise<T>) {
    let isCommitting = false
    let isGivenUp = false
    const done = db.transaction(async (tx) => {
      await limitTransaction(tx)
      await enter(tx)
      const outcome = await effect(tx)
      if (isGivenUp) throw new DeadlineError(DEADLINE_MS)
      isCommitting = true
      return outcome
    })
    try {
      return await withinDeadline(done, DEADLINE_MS)
    } catch (thrown) {
      isGivenUp = true
      throw asStoreFault(thrown, { isCommitting })
    }
  }

  return {
    async read(query) {
      try {
        return await withinDeadline(query(db), DEADLINE_MS)
      } catch (thrown) {
        throw asStoreFault(thrown, { isCommitting: false })
      }
    },
    write: (scope, effect) => inTransaction((tx) => enterGroup(tx, scope), effect),
    writeOwn: (effect) =>
      inTransaction((tx) => tx.execute(sql`select pg_advisory_xact_lock(${OWN_LOCK}::bigint)`), effect),
    ping: async () => void (await withinDeadline(db.execute(sql`select 1`), DEADLINE_MS)),
  }
}
