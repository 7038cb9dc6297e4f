import type { WriteGroup } from '@emotibot/contracts'
import type { Sql, TransactionSql } from '@emotibot/db'
import {
  type AuthorityRow,
  type FencedRow,
  type FenceOptions,
  type FenceOutcome,
  type GroupFence,
  judgeFences,
} from '../authority.ts'
import { noAuthorityError } from '../errors.ts'
import type { AuthorityStore } from '../store.ts'
import {
  type AuthorityColumns,
  type FencedColumns,
  lockName,
  toAuthorityRow,
  toFencedRow,
} from './authority-rows.ts'

/** The lock was not had in time, or somebody waits for us as we wait for them. */
const BUSY_STATES = ['55P03', '40P01']
/** Whoever freezes with these locks in hand stops every writer of the groups until the server ends the transaction. */
const IDLE_LIMIT = '1s'

export function createPostgresAuthority(sql: Sql): AuthorityStore {
  return {
    read: async (group) => {
      const [row] = await readFenced(sql, [group])
      if (!row) throw noAuthorityError(group)
      return row
    },
    readAll: (groups) => readFenced(sql, groups),
    fence: async (fences, options) => {
      try {
        return await sql.begin(async (tx) => {
          await enterAlone(tx, fences, options)
          return takeFences(tx, fences)
        })
      } catch (error) {
        const state = error instanceof Error && 'code' in error ? String(error.code) : ''
        if (BUSY_STATES.includes(state)) return { outcome: 'busy' }
        throw error
      }
    },
  }
}

/**
 * Having these locks is the drain: who had passed the check has committed, who comes later reads the new row. Whoever
 * takes several takes them in the order of their names.
 */
async function enterAlone(
  tx: TransactionSql,
  fences: readonly GroupFence[],
  { lockWithinMs }: FenceOptions,
): Promise<void> {
  await tx`
    select set_config('lock_timeout', ${`${Math.max(1, Math.ceil(lockWithinMs))}ms`}, true),
      set_config('idle_in_transaction_session_timeout', ${IDLE_LIMIT}, true)`
  const names = [...new Set(fences.map(({ group }) => lockName(group)))].toSorted()
  for (const name of names) await tx`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`
}

async function takeFences(tx: TransactionSql, fences: readonly GroupFence[]): Promise<FenceOutcome> {
  const rows = await readFenced(
    tx,
    fences.map(({ group }) => group),
  )
  const judged = judgeFences(rows, fences)
  if ('refused' in judged) return { outcome: 'refused', rows, reason: judged.refused }
  for (const row of judged.changed) await writeAuthority(tx, row)
  // An id given after the locks is above the ids of all who wrote before them.
  const [end] = await tx<{ store: string; xid: string }[]>`
    select id as store, pg_current_xact_id()::text as xid from store`
  const position = end ? { [end.store]: Number(end.xid) } : {}
  return { outcome: 'done', rows: judged.rows, position }
}

export async function readAuthority(sql: Sql | TransactionSql, group: WriteGroup): Promise<AuthorityRow> {
  const [columns] = await sql<AuthorityColumns[]>`
    select write_group, epoch::text as epoch, low, high, to_json(allow) as allow, to_json(deny) as deny
    from authority where write_group = ${group}`
  if (!columns) throw noAuthorityError(group)
  return toAuthorityRow(columns)
}

/** Of one statement, hence of one moment; in the order of `groups`. */
async function readFenced(sql: Sql | TransactionSql, groups: readonly WriteGroup[]): Promise<FencedRow[]> {
  const rows = await sql<FencedColumns[]>`
    select write_group, epoch::text as epoch, low, high, to_json(allow) as allow, to_json(deny) as deny,
      rule_before, flip
    from authority where write_group = any(${[...groups]})`
  return groups.map((group) => {
    const columns = rows.find(({ write_group }) => write_group === group)
    if (!columns) throw noAuthorityError(group)
    return toFencedRow(columns)
  })
}

async function writeAuthority(
  tx: TransactionSql,
  { group, epoch, rule, before, flip }: FencedRow,
): Promise<void> {
  const { low, high, allow, deny } = rule
  await tx`
    update authority set epoch = ${epoch}, low = ${low}, high = ${high}, allow = ${[...allow]}, deny = ${[...deny]},
      rule_before = ${before && tx.json(before)}, flip = ${flip}
    where write_group = ${group}`
}
