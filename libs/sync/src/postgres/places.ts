import type { Sql, TransactionSql } from '@emotibot/db'
import { storeChangedError } from '../errors.ts'
import { type Place, startOf } from '../position.ts'

type Columns = { place: Place }

/** Locked until the transaction ends: of two movers, one is first. */
export async function lockPlace(tx: TransactionSql, source: string): Promise<Place | null> {
  const [row] = await tx<Columns[]>`select place from places where source = ${source} for update`
  return row?.place ?? null
}

export async function writePlace(tx: TransactionSql, source: string, place: Place): Promise<void> {
  await tx`update places set place = ${tx.json(place)} where source = ${source}`
}

/** The place of a source, made at the first time. A source that is another store than before needs a person. */
export async function openPlace(sql: Sql, source: string, store: string): Promise<Place> {
  const [row] = await sql<Columns[]>`select place from places where source = ${source}`
  if (row && row.place.store !== store) throw storeChangedError(source, row.place.store, store)
  if (row) return row.place
  const start = startOf(store)
  await sql`
    insert into places (source, store, place) values (${source}, ${store}, ${sql.json(start)}) on conflict do nothing`
  return start
}

export async function adoptStore(sql: Sql, source: string, store: string): Promise<void> {
  const start = sql.json(startOf(store))
  await sql`
    insert into places (source, store, place) values (${source}, ${store}, ${start})
    on conflict (source) do update set store = excluded.store, place = excluded.place`
}
