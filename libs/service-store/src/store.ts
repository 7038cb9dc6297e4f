import type { Position, WriteGroup } from '@emotibot/contracts'
import type { Sql } from '@emotibot/db'
import { type Places, readPostgresEnd, readPostgresPlaces, type SqlTag } from '@emotibot/sync'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { drizzleOver } from './drizzle-over.ts'
import { enterGroup, refuseStale, takeOwnLock } from './enter-group.ts'
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
  /** Writes of the same turn go one after another, each seeing what the one before it did. */
  readonly turn?: string
}

export type Written<T> = {
  readonly value: T
  /** Of what the write put into the feed: whoever has applied that much has this write. */
  readonly position: Position
}

/** The one database. Every write goes through `write`, and there is no other way to a row of a group. */
export type Store = {
  read<T>(query: (db: Reader) => Promise<T>): Promise<T>
  /** One short transaction under the group's lock; what the effect throws rolls everything back. */
  write<T>(scope: WriteScope, effect: (tx: Tx) => Promise<T>): Promise<Written<T>>
  /**
   * Throws StaleEpochAnswer when this store does not own the partition just now. Asked before anything dear is done for
   * it; `write` asks again.
   */
  refuseUnlessOwned(scope: Pick<WriteScope, 'group' | 'partition'>): Promise<void>
  /** How far this store has come, in its own feed and in those it follows. */
  places(): Promise<Places>
  /** Holds every write that was committed before it was asked. */
  position(): Promise<Position>
  /** For tables of this service alone, which belong to no group. One writer at a time. */
  writeOwn<T>(effect: (tx: Tx) => Promise<T>): Promise<T>
  /** Throws when the database does not answer. */
  ping(): Promise<void>
}

/** Longer than a transaction may take: past it the database is frozen or the line is dead. */
const DEADLINE_MS = 5_000

/** Throws ApiError BUSY (nothing was done) while the database is away, TIMEOUT where a commit may have happened. */
export function createStore(client: Sql): Store {
  const db = drizzleOver(client, client)

  async function inTransaction<E, T>(enter: (sql: SqlTag) => Promise<E>, effect: (tx: Tx) => Promise<T>) {
    let isCommitting = false
    let isGivenUp = false
    const done = client.begin(async (sql) => {
      const entered = await enter(sql)
      const value = await effect(drizzleOver(sql, client))
      if (isGivenUp) throw new DeadlineError(DEADLINE_MS)
      isCommitting = true
      return { entered, value }
    })
    try {
      return await withinDeadline(done, DEADLINE_MS)
    } catch (thrown) {
      isGivenUp = true
      throw asStoreFault(thrown, { isCommitting })
    }
  }

  async function read<T>(query: () => Promise<T>): Promise<T> {
    try {
      return await withinDeadline(query(), DEADLINE_MS)
    } catch (thrown) {
      throw asStoreFault(thrown, { isCommitting: false })
    }
  }

  return {
    read: (query) => read(() => query(db)),
    async write(scope, effect) {
      const { entered, value } = await inTransaction((sql) => enterGroup(sql, scope), effect)
      return { value, position: entered }
    },
    refuseUnlessOwned: (scope) => read(() => refuseStale(client, scope)),
    places: () => read(() => readPostgresPlaces(client)),
    position: () => read(() => readPostgresEnd(client)),
    async writeOwn(effect) {
      return (await inTransaction(takeOwnLock, effect)).value
    },
    ping: async () => void (await withinDeadline(client`select 1`, DEADLINE_MS)),
  }
}
