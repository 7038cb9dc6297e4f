// What every write to a group's rows does first (DESIGN §6.9):
//
//   limits, the group's lock ─► authority and mark ─► its turn ─► effect ─► commit
//
// The limits, lock, authority and mark are `openPostgresWrite`'s, which says why the lock stands alone. Whoever takes it alone
// (the fence, and a registration) has thereby waited for every writer there was. Nobody waits for an answer before the
// next statement is sent: all of it is one round trip.
import type { Position } from '@emotibot/contracts'
import { StaleEpochAnswer } from '@emotibot/service-kit'
import { openPostgresWrite, refuseUnlessOwned, type SqlTag, StaleEpochError } from '@emotibot/sync'
import type { WriteScope } from './store.ts'

const OWN_LOCK = 4_021_770_318

/**
 * Takes the group's lock and answers the position the write will have. Throws StaleEpochAnswer, having written nothing,
 * for a partition that the other side owns.
 */
export async function enterGroup(sql: SqlTag, scope: WriteScope): Promise<Position> {
  const [{ position }] = await Promise.all([refusing(openPostgresWrite(sql, scope)), takeTurn(sql, scope)])
  return position
}

/** After the group's lock: whoever holds a turn has that already, so nobody waits for another in a ring. */
async function takeTurn(sql: SqlTag, { group, turn }: WriteScope): Promise<void> {
  if (turn === undefined) return
  const name = `emotibot turn ${group} ${turn}`
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`
}

/** Under the same limits: the feeds of the groups would wait for this one too. */
export async function takeOwnLock(sql: SqlTag): Promise<void> {
  await sql`
    select set_config('lock_timeout', '2s', true), set_config('statement_timeout', '3s', true),
      set_config('idle_in_transaction_session_timeout', '3s', true), pg_advisory_xact_lock(${OWN_LOCK}::bigint)`
}

/** The same refusal, asked without a lock: true for this moment only. */
export async function refuseStale(
  sql: SqlTag,
  scope: Pick<WriteScope, 'group' | 'partition'>,
): Promise<void> {
  await refusing(refuseUnlessOwned(sql, scope))
}

async function refusing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    throw thrown instanceof StaleEpochError ? new StaleEpochAnswer(answerOf(thrown), thrown) : thrown
  }
}

function answerOf({ row: { group, epoch, rule } }: StaleEpochError) {
  return { group, epoch, rule: { ...rule, allow: [...rule.allow], deny: [...rule.deny] } }
}
