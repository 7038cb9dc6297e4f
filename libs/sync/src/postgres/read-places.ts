import type { Places } from '../applied-check.ts'
import type { Place } from '../position.ts'
import type { SqlTag } from './sql-tag.ts'

type Row = { own: string; place: string | null }

/** How far a service's database has come in the feeds that are applied to it. One round trip. */
export async function readPostgresPlaces(sql: SqlTag): Promise<Places> {
  const rows = await sql`select store.id as own, place::text as place from store left join places on true`
  // As text: what json becomes is the driver's business.
  const found = rows as readonly unknown[] as readonly Row[]
  const places = found.flatMap(({ place }) => (place === null ? [] : [JSON.parse(place) as Place]))
  return { own: found[0]?.own ?? '', places }
}
