/** A page of a list that was asked for one row more than fits: the rows, and whether older ones remain. */
export function toPage<T>(rows: readonly T[], limit: number): { rows: T[]; last: T | null } {
  const page = rows.slice(0, limit)
  return { rows: page, last: rows.length > limit ? (page.at(-1) ?? null) : null }
}
