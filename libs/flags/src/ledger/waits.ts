import type { Sql } from '@emotibot/db'

/** What one facade's requests went through in one flip. */
export type Waits = {
  readonly flip: string
  readonly replica: string
  /** How many waited. */
  readonly count: number
  readonly worstMs: number
  /** How many of them were answered with an error because of it. */
  readonly failed: number
}

/** Notes a facade's figures for the receipt, before it acknowledges the version that ended the hold. They are totals: noting them again replaces smaller ones. */
export async function noteWaits(sql: Sql, { flip, replica, count, worstMs, failed }: Waits): Promise<void> {
  await sql`
    insert into flip_waits (flip, replica, count, worst_ms, failed)
    values (${flip}, ${replica}, ${count}, ${worstMs}, ${failed})
    on conflict (flip, replica) do update set
      count = greatest(flip_waits.count, excluded.count),
      worst_ms = greatest(flip_waits.worst_ms, excluded.worst_ms),
      failed = greatest(flip_waits.failed, excluded.failed)`
}

export type WaitsOfFlip = {
  readonly waited: { readonly count: number; readonly worst_ms: number }
  readonly failed: number
}

/** All facades together. A flip that moves no data has none: nobody waits for it. */
export async function readWaits(sql: Sql, flip: string): Promise<WaitsOfFlip> {
  const [row] = await sql<{ count: number; worst_ms: number; failed: number }[]>`
    select coalesce(sum(count), 0)::int as count, coalesce(max(worst_ms), 0) as worst_ms,
      coalesce(sum(failed), 0)::int as failed
    from flip_waits where flip = ${flip}`
  return { waited: { count: row?.count ?? 0, worst_ms: row?.worst_ms ?? 0 }, failed: row?.failed ?? 0 }
}
