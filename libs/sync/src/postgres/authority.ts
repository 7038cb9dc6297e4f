import type { WriteGroup } from '@emotibot/contracts'
import type { Sql, TransactionSql } from '@emotibot/db'
import { type AuthorityRow, type Fence, type FenceOutcome, judgeFence } from '../authority.ts'
import { noAuthorityError } from '../errors.ts'
import type { AuthorityStore } from '../store.ts'
import { type AuthorityColumns, lockName, toAuthorityRow } from './authority-rows.ts'

const LOCK_NOT_AVAILABLE = '55P03'

export function createPostgresAuthority(sql: Sql): AuthorityStore {
  return {
    read: (group) => readAuthority(sql, group),
    fence: async (group, fence, { lockWithinMs }) => {
      try {
        return await sql.begin(async (tx) => {
          await enterAlone(tx, group, lockWithinMs)
          return takeFence(tx, group, fence)
        })
      } catch (error) {
        const isBusy = error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE
        if (isBusy) return { outcome: 'busy' }
        throw error
      }
    },
  }
}

/** Having this lock is the drain: who had passed the check has committed, who comes later reads the new row. */
async function enterAlone(tx: TransactionSql, group: WriteGroup, lockWithinMs: number): Promise<void> {
  await tx`select set_config('lock_timeout', ${`${Math.max(1, Math.ceil(lockWithinMs))}ms`}, true)`
  await tx`select pg_advisory_xact_lock(hashtextextended(${lockName(group)}, 0))`
}

async function takeFence(tx: TransactionSql, group: WriteGroup, fence: Fence): Promise<FenceOutcome> {
  const row = await readAuthority(tx, group)
  const judged = judgeFence(row, fence)
  if (judged.verdict === 'refuse') return { outcome: 'refused', row, reason: judged.reason }
  if (judged.verdict === 'take') await writeAuthority(tx, judged.next)
  // An id given after the lock is above the ids of all who wrote before it.
  const [end] = await tx<{ store: string; xid: string }[]>`
    select id as store, pg_current_xact_id()::text as xid from store`
  const position = end ? { [end.store]: Number(end.xid) } : {}
  return { outcome: 'done', row: judged.verdict === 'take' ? judged.next : row, position }
}

export async function readAuthority(sql: Sql | TransactionSql, group: WriteGroup): Promise<AuthorityRow> {
  const [columns] = await sql<AuthorityColumns[]>`
    select write_group, epoch::text as epoch, low, high, to_json(allow) as allow, to_json(deny) as deny
    from authority where write_group = ${group}`
  if (!columns) throw noAuthorityError(group)
  return toAuthorityRow(columns)
}

async function writeAuthority(tx: TransactionSql, { group, epoch, rule }: AuthorityRow): Promise<void> {
  const { low, high, allow, deny } = rule
  await tx`
    update authority set epoch = ${epoch}, low = ${low}, high = ${high}, allow = ${[...allow]}, deny = ${[...deny]}
    where write_group = ${group}`
}
