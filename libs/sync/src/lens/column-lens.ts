// Columns of one legacy row, each by its field. Where a column was spelled otherwise than the field would, its own
// spelling is kept beside, in the service row's `legacy`, until either side writes another value. Hence both laws:
//
//   write(read(row, held)) = row        read(write(held), held) = held
import type { Field } from './fields.ts'
import { isSameValue, type KeptValue, keepValue, type LegacyValue, readKept } from './legacy-values.ts'

/** What the service holds of a column. */
export type HeldColumn<T> = { readonly value: T; readonly kept: KeptValue | undefined }

/** A service row's own spellings, by legacy column. */
export type Kept<Column extends PropertyKey> = { readonly [C in Column]?: KeptValue }

export type HeldColumns<Values> = { readonly values: Values; readonly legacy: Kept<keyof Values> }

export type ColumnLens<Values> = {
  read(
    row: { readonly [C in keyof Values]: LegacyValue },
    held: HeldColumns<Values> | null,
  ): HeldColumns<Values>
  write(held: HeldColumns<Values>): { readonly [C in keyof Values]: LegacyValue }
}

export function readColumn<T>(
  field: Field<T>,
  value: LegacyValue,
  held: HeldColumn<T> | null,
): HeldColumn<T> {
  if (held && isSameValue(value, writeColumn(field, held))) return held
  const read = field.read(value)
  const isPlain = isSameValue(field.write(read), value)
  return { value: read, kept: isPlain ? undefined : keepValue(value) }
}

/** The kept spelling, as long as it still says what the service holds; the plain one otherwise. */
export function writeColumn<T>(field: Field<T>, { value, kept }: HeldColumn<T>): LegacyValue {
  if (kept === undefined) return field.write(value)
  const own = readKept(kept)
  return field.read(own) === value ? own : field.write(value)
}

export function createColumnLens<Values extends object>(
  fields: {
    readonly [C in keyof Values]: Field<Values[C]>
  },
): ColumnLens<Values> {
  const columns = Object.keys(fields) as (keyof Values)[]
  return {
    read(row, held) {
      const values: Partial<Values> = {}
      const legacy: { [C in keyof Values]?: KeptValue } = {}
      for (const column of columns) {
        const current = held && { value: held.values[column], kept: held.legacy[column] }
        const { value, kept } = readColumn(fields[column], row[column], current)
        values[column] = value
        if (kept !== undefined) legacy[column] = kept
      }
      return { values: values as Values, legacy }
    },
    write({ values, legacy }) {
      const row: { [C in keyof Values]?: LegacyValue } = {}
      for (const column of columns)
        row[column] = writeColumn(fields[column], { value: values[column], kept: legacy[column] })
      return row as { [C in keyof Values]: LegacyValue }
    },
  }
}
