import type { AuditEntry } from '@emotibot/contracts'
import type { Sql, TransactionSql } from '@emotibot/db'
import { isoTime } from './ledger-state.ts'

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
