import type { Sql } from '@emotibot/db'

const AT_ONCE = 1_000

/** Whatever comes again after that is taken in again: it says how something is, so it does no harm. */
export async function forgetOld(sql: Sql, olderThanMs: number): Promise<void> {
  const before = new Date(Date.now() - olderThanMs)
  for (let gone = AT_ONCE; gone === AT_ONCE; ) {
    const { count } = await sql`
      delete from inbox where (source, event_id) in (
        select source, event_id from inbox where taken_at < ${before} order by taken_at limit ${AT_ONCE})`
    gone = count
  }
  await sql`delete from inbox_failures where at < ${before}`
}
