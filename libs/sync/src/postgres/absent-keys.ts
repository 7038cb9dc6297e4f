import type { Sql } from '@emotibot/db'
import { type Entities, groupKeys } from '../entities.ts'
import type { EntityKey } from '../entity.ts'
import { keyOf } from './triggers.ts'

export async function absentKeys(
  sql: Sql,
  entities: Entities,
  keys: readonly EntityKey[],
): Promise<EntityKey[]> {
  const absent = await Promise.all(
    [...groupKeys(keys)].map(async ([entity, some]) => {
      const { table, keyColumns } = entities.rootOf(entity, 'service')
      // An index helps where the key is one column.
      const [column, ...others] = keyColumns
      const key = others.length === 0 ? `root."${column}"` : keyOf({ keyColumns }, 'root')
      const text = `select ${key} as key from "${table}" root
        where ${key} = any(array(select json_array_elements_text($1::text::json)))`
      const rows = await sql.unsafe<{ key: string }[]>(text, [JSON.stringify(some)], { prepare: true })
      const present = new Set(rows.map((row) => row.key))
      return some.flatMap((one) => (present.has(one) ? [] : [{ entity, key: one }]))
    }),
  )
  return absent.flat()
}
