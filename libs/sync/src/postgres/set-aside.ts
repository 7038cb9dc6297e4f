import type { Sql, TransactionSql } from '@emotibot/db'
import { type Change, merge } from '../batch.ts'
import type { EntityKey } from '../entity.ts'
import type { SetAside } from '../store.ts'
import { newTicket } from '../ticket.ts'

type Columns = Omit<SetAside, 'epoch' | 'ticket'> & { epoch: string; ticket: string }
type At = EntityKey & { readonly source: string }

export async function listSetAside(sql: Sql, source: string, limit: number): Promise<SetAside[]> {
  const rows = await sql<Columns[]>`
    select source, entity, key, kind, epoch, partition, reason, attempts, ticket, since::text as since
    from set_aside where source = ${source} order by attempts, entity, key limit ${limit}`
  return rows.map(fromColumns)
}

export async function isSetAside(sql: Sql, source: string, { entity, key }: EntityKey): Promise<boolean> {
  const rows = await sql`
    select 1 from set_aside where source = ${source} and entity = ${entity} and key = ${key}`
  return rows.length > 0
}

/** Of these keys of one entity, those that wait. Locked, so that a retry and a later change do not cross. */
export async function findSetAside(
  tx: TransactionSql,
  source: string,
  changes: readonly Change[],
): Promise<Map<string, SetAside>> {
  const entity = changes[0]?.entity ?? ''
  const keys = changes.map(({ key }) => key)
  const rows = await tx<Columns[]>`
    select source, entity, key, kind, epoch, partition, reason, attempts, ticket, since::text as since
    from set_aside where source = ${source} and entity = ${entity} and key = any(${keys}) for update`
  return new Map(rows.map((row) => [row.key, fromColumns(row)]))
}

const fromColumns = (row: Columns): SetAside => ({
  ...row,
  epoch: Number(row.epoch),
  ticket: Number(row.ticket),
})

export async function addSetAside(
  tx: TransactionSql,
  { source, change, reason }: { source: string; change: Change; reason: string },
): Promise<void> {
  const { entity, key, kind, epoch, partition } = change
  await tx`
    insert into set_aside (source, entity, key, kind, epoch, partition, reason, attempts, ticket)
    values (${source}, ${entity}, ${key}, ${kind}, ${epoch}, ${partition}, ${textOf(reason)}, 1, ${newTicket()})`
}

/** A later change of the same key: nothing to keep but that there is news. */
export async function refreshSetAside(tx: TransactionSql, waiting: SetAside, change: Change): Promise<void> {
  const { kind, epoch, partition } = merge({ ...waiting, row: null }, change)
  await tx`
    update set_aside set kind = ${kind}, epoch = ${epoch}, partition = ${partition}, ticket = ${newTicket()}
    where source = ${waiting.source} and entity = ${waiting.entity} and key = ${waiting.key}`
}

export async function failAgain(
  tx: TransactionSql,
  { source, entity, key }: At,
  reason: string,
): Promise<void> {
  await tx`
    update set_aside set attempts = attempts + 1, reason = ${textOf(reason)}, ticket = ${newTicket()}
    where source = ${source} and entity = ${entity} and key = ${key}`
}

export async function removeSetAside(tx: TransactionSql, { source, entity, key }: At): Promise<void> {
  await tx`delete from set_aside where source = ${source} and entity = ${entity} and key = ${key}`
}

/** A reason may quote the very character that Postgres refused. */
const textOf = (reason: string): string => reason.replaceAll('\u0000', '\\u0000')
