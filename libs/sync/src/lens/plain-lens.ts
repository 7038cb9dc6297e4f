// A row with the same columns on both sides, all of them always written by our own code.
//
//   id     text that names a row, the same on both sides        whole  a whole number
//   exact  text, letter for letter the same on both sides       text   any text; the service holds it without U+0000
import { readStorable, toStorable } from '@emotibot/contracts'
import type { LegacyValue } from './legacy-values.ts'
import { exactTextOf, idOf, plainTextOf, wholeOf } from './plain-values.ts'

export type PlainKind = 'id' | 'exact' | 'text' | 'whole'
export type PlainColumns = Readonly<Record<string, PlainKind>>

/** The row in the monolith, as SQLite gives it. */
export type PlainLegacyRow<Columns extends PlainColumns> = { readonly [C in keyof Columns]: LegacyValue }

/** The same at the service, numbers as numbers. */
export type PlainServiceRow<Columns extends PlainColumns> = {
  readonly [C in keyof Columns]: Columns[C] extends 'whole' ? number : string
}

export type PlainLens<Columns extends PlainColumns> = {
  /** Throws MappingError for a row that holds what the other side cannot. */
  forward(row: PlainLegacyRow<Columns>): PlainServiceRow<Columns>
  back(row: PlainServiceRow<Columns>): PlainLegacyRow<Columns>
}

const READ: Readonly<Record<PlainKind, (column: string, value: LegacyValue) => string | number>> = {
  id: idOf,
  exact: exactTextOf,
  text: (column, value) => toStorable(plainTextOf(column, value)),
  whole: wholeOf,
}

export function createPlainLens<const Columns extends PlainColumns>(columns: Columns): PlainLens<Columns> {
  const kinds = Object.entries(columns)
  return {
    forward: (row) => {
      const values = kinds.map(([column, kind]) => [column, READ[kind](column, row[column] ?? null)])
      return Object.fromEntries(values) as PlainServiceRow<Columns>
    },
    back: (row) => {
      const values = kinds.map(([column, kind]) => {
        const held: string | number = row[column] ?? ''
        return [column, kind === 'text' ? readStorable(String(held)) : held]
      })
      return Object.fromEntries(values) as PlainLegacyRow<Columns>
    },
  }
}
