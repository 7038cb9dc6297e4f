// What the rows of the monolith's file have in common, whichever table they are of.
import type { LegacyValue } from './legacy-values.ts'

/** A column as SQLite's driver gives it. */
type Held = string | number | null | Buffer

/** The same row with bytes as plain bytes, so that rows compare by what they hold. */
export function plainRow<Row extends Record<string, LegacyValue>>(columns: Record<keyof Row, Held>): Row {
  const values = Object.entries<Held>(columns).map(([column, held]) => [
    column,
    Buffer.isBuffer(held) ? new Uint8Array(held) : held,
  ])
  return Object.fromEntries(values) as Row
}

/**
 * The ids of `keys` (a JSON list, bound as `keys`), for `id in (…)`: a feed names a row by its id as text, and an id of bytes has to be
 * found too, for what cannot be mapped is set aside and not passed over.
 */
export const IDS =
  'select value from json_each(@keys) union all select cast(value as blob) from json_each(@keys)'

/** What a feed calls a row. */
export function keyOf(id: LegacyValue): string {
  return id instanceof Uint8Array ? Buffer.from(id).toString('utf8') : String(id)
}
