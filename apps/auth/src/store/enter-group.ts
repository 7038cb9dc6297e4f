// What every write to a group's rows does first (DESIGN §6.9):
//
//   limits ─► the group's lock, in a statement of its own ─► authority and mark ─► effect ─► commit
//
// The last two steps before the effect are `openPostgresWrite`'s, which says why the lock stands alone. Whoever takes
// it alone (the fence, and a registration) has thereby waited for every writer there was.
import { StaleEpochAnswer } from '@emotibot/service-kit'
import { openPostgresWrite, type SqlTag, StaleEpochError } from '@emotibot/sync'
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

/** Takes the group's lock. Throws StaleEpochAnswer, having written nothing, for a partition that the other side owns. */
export async function enterGroup(tx: Tx, scope: WriteScope): Promise<void> {
  const run: SqlTag = (strings, ...values) => tx.execute(sql(strings, ...values))
  try {
    await openPostgresWrite(run, scope)
  } catch (thrown) {
    throw thrown instanceof StaleEpochError ? new StaleEpochAnswer(answerOf(thrown), thrown) : thrown
  }
}

function answerOf({ row: { group, epoch, rule } }: StaleEpochError) {
  return { group, epoch, rule: { ...rule, allow: [...rule.allow], deny: [...rule.deny] } }
}
