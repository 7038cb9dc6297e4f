import type { Database } from 'better-sqlite3'
import { type Entities, groupKeys } from '../entities.ts'
import type { EntityKey } from '../entity.ts'
import { prepareOnce } from './prepare-once.ts'
import { keyOf } from './triggers.ts'

export function absentKeys(db: Database, entities: Entities, keys: readonly EntityKey[]): EntityKey[] {
  return [...groupKeys(keys)].flatMap(([entity, some]) => {
    const root = entities.rootOf(entity, 'monolith')
    // An index helps where the key is one column.
    const [column, ...others] = root.keyColumns
    const key = others.length === 0 ? `root."${column}"` : keyOf(root, 'root')
    const text = `select value as key from json_each(?) wanted
      where not exists (select 1 from "${root.table}" root where ${key} = wanted.value)`
    const rows = prepareOnce<[string], { key: string }>(db, text).all(JSON.stringify(some))
    return rows.map((row) => ({ entity, key: row.key }))
  })
}
