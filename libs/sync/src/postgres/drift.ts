import type { Sql } from '@emotibot/db'
import { describeColumnDrift } from '../drift.ts'
import type { Entities } from '../entities.ts'
import type { FeedTable } from '../entity.ts'
import { functionBody, triggerNames } from './triggers.ts'

export async function findPostgresDrift(sql: Sql, entities: Entities): Promise<string[]> {
  const tables = entities.list.flatMap((entity) => entity.service.tables)
  const problems = await Promise.all(
    tables.map(async (table) => [...(await columnDrift(sql, table)), ...(await triggerDrift(sql, table))]),
  )
  return problems.flat()
}

async function columnDrift(sql: Sql, { table, columns }: FeedTable): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select attname as name from pg_attribute
    where attrelid = to_regclass(${table}) and attnum > 0 and not attisdropped`
  return describeColumnDrift(table, { expected: columns, found: rows.map(({ name }) => name) })
}

type TriggerColumns = { name: string; enabled: string; body: string }

async function triggerDrift(sql: Sql, table: FeedTable): Promise<string[]> {
  const found = await sql<TriggerColumns[]>`
    select tgname as name, tgenabled as enabled, prosrc as body
    from pg_trigger join pg_proc on pg_proc.oid = tgfoid where tgrelid = to_regclass(${table.table})`
  return triggerNames(table).flatMap((name) => {
    const trigger = found.find((row) => row.name === name)
    if (!trigger) return [`trigger ${name} is missing`]
    const isDeclared = trigger.body === functionBody(table) && trigger.enabled === 'A'
    return isDeclared ? [] : [`trigger ${name} is not the declared one, or not always on`]
  })
}
