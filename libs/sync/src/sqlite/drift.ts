import type { Database } from 'better-sqlite3'
import { describeColumnDrift } from '../drift.ts'
import type { Entities } from '../entities.ts'
import type { FeedTable } from '../entity.ts'
import { triggerName, triggersOf } from './triggers.ts'

const EVENTS = ['insert', 'update', 'delete']

export function findSqliteDrift(db: Database, entities: Entities): string[] {
  const tables = entities.list.flatMap((entity) => entity.monolith.tables)
  return tables.flatMap((table) => [...columnDrift(db, table), ...triggerDrift(db, table)])
}

function columnDrift(db: Database, { table, columns }: FeedTable): string[] {
  const found = db.prepare<[string], string>('select name from pragma_table_info(?)').pluck().all(table)
  return describeColumnDrift(table, { expected: columns, found })
}

function triggerDrift(db: Database, table: FeedTable): string[] {
  const texts = triggersOf(table)
  return EVENTS.flatMap((event, index) => {
    const name = triggerName(table, event)
    const found = db
      .prepare<[string], string>(`select sql from sqlite_schema where type = 'trigger' and name = ?`)
      .pluck()
      .get(name)
    if (found === undefined) return [`trigger ${name} is missing`]
    return `${found};` === texts[index] ? [] : [`trigger ${name} is not the declared one`]
  })
}
