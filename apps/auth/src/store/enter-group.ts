// What every write to a group's rows does first (DESIGN §6.9):
//
//   limits ─► the group's lock, in a statement of its own ─► authority and mark ─► effect ─► commit
//
// A statement sees what was committed before it began, and a lock makes it wait after that: were the lock taken in the
// statement that reads, the read would be older than the lock. Whoever takes the lock alone (the fence, and a
// registration) has thereby waited for every writer there was.
import { sql } from 'drizzle-orm'
import type { Tx, WriteScope } from './store.ts'

const LOCK_TIMEOUT = '2s'
const STATEMENT_TIMEOUT = '3s'
const IDLE_TIMEOUT = '3s'

/** A long transaction stalls every feed of the cluster, so each has hard limits. */
export async function limitTransaction(tx: Tx): Promise<void> {
  await tx.execute(sql`select
    set_config('lock_timeout', ${LOCK_TIMEOUT}, true),
    set_config('statement_timeout', ${STATEMENT_TIMEOUT}, true),
    set_config('idle_in_transaction_session_timeout', ${IDLE_TIMEOUT}, true)`)
}

/** Takes the group's lock. Whether this store has the authority over the partition is asked here, once it can be moved. */
export async function enterGroup(tx: Tx, { group, lock = 'shared' }: WriteScope): Promise<void> {
  const key = sql`hashtextextended(${`emotibot group ${group}`}, 0)`
  if (lock === 'alone') await tx.execute(sql`select pg_advisory_xact_lock(${key})`)
  else await tx.execute(sql`select pg_advisory_xact_lock_shared(${key})`)
}
