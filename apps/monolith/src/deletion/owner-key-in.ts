import { type SQL, sql } from 'drizzle-orm'
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Reader } from '../store/store.ts'

/** A table whose rows say whose they are. */
type Owned = { readonly userId: AnySQLiteColumn; readonly ownerKey: AnySQLiteColumn }

/**
 * The folded username of one who is gone, as their rows in these tables say it: they are removed under the partition that
 * the mover moves them under. Null where there are none.
 */
export function ownerKeyIn(db: Reader, userId: string, tables: readonly Owned[]): string | null {
  const queries = tables.map((table): SQL => {
    const { userId: owner, ownerKey } = table
    return sql`SELECT ${ownerKey} AS ownerKey FROM ${owner.table} WHERE ${owner} = ${userId}`
  })
  const all = sql.join(queries, sql` UNION ALL `)
  return db.get<{ ownerKey: string } | undefined>(sql`${all} LIMIT 1`)?.ownerKey ?? null
}
