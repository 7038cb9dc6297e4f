/** A page of a list that was asked for one row more than fits: the rows, and the last of them if older ones remain. */
export function toPage<T>(rows: readonly T[], limit: number): { rows: T[]; last: T | null } {
  const page = rows.slice(0, limit)
  return { rows: page, last: rows.length > limit ? (page.at(-1) ?? null) : null }
}

export type TimeCursor = { readonly timeKey: string; readonly id: string }

/** `<time>_<id>`: where the next page of a list by time begins. */
export function writeTimeCursor({ timeKey, id }: TimeCursor): string {
  return `${timeKey}_${id}`
}

/** The two halves of a cursor that its pattern let through. */
export function readTimeCursor(cursor: string): TimeCursor {
  const at = cursor.indexOf('_')
  return { timeKey: cursor.slice(0, at), id: cursor.slice(at + 1) }
}
