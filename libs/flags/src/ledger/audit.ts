import type { AuditEntry } from '@emotibot/contracts'
import type { Sql, TransactionSql } from '@emotibot/db'
import { changeLedger, isoTime, nextVersion, readSnapshot } from './ledger-state.ts'

export type NewAuditEntry = Omit<AuditEntry, 'at'>

export async function addAuditEntry(sql: Sql | TransactionSql, entry: NewAuditEntry): Promise<void> {
  await sql`
    insert into audit (by_whom, action, flip, summary, why)
    values (${entry.by}, ${entry.action}, ${entry.flip}, ${entry.summary}, ${entry.why})`
}

/** Who did what and why, newest first. */
export async function readAudit(sql: Sql, limit: number): Promise<AuditEntry[]> {
  const rows = await sql<AuditEntry[]>`
    select ${isoTime(sql, 'at')} as at, by_whom as by, action, flip, summary, why
    from audit order by id desc limit ${limit}`
  return [...rows]
}

export type FreezeRequest = { readonly isFrozen: boolean; readonly by: string; readonly why: string | null }

/** Freezes or thaws. Answers whether that changed anything; only a change is audited. */
export function setFrozen(sql: Sql, { isFrozen, by, why }: FreezeRequest): Promise<boolean> {
  return changeLedger(sql, async (tx) => {
    const now = await readSnapshot(tx)
    if (now.isFrozen === isFrozen) return false
    await nextVersion(tx)
    await tx`update ledger_state set is_frozen = ${isFrozen}`
    const summary = isFrozen ? 'nothing flips forward' : 'flips are possible again'
    await addAuditEntry(tx, { by, action: isFrozen ? 'freeze' : 'unfreeze', flip: null, summary, why })
    return true
  })
}
