// A kept answer is the same row in both stores, whose tables have the same columns: what a retry gets does not depend on
// the side it comes to.
import { MappingError } from './errors.ts'
import type { LegacyValue } from './legacy-values.ts'

const TEXTS = ['user_id', 'key', 'write_group', 'partition', 'route', 'body_hash', 'answer'] as const
const NUMBERS = ['status', 'created_at_ms'] as const

type TextColumn = (typeof TEXTS)[number]
type NumberColumn = (typeof NUMBERS)[number]

/** `auth_idempotency_keys` of the monolith, as SQLite gives it. */
export type LegacyAnswerRow = { readonly [column in TextColumn | NumberColumn]: LegacyValue }

/** The same of the auth service (the time as a number). */
export type ServiceAnswerRow = { readonly [column in TextColumn]: string } & {
  readonly [column in NumberColumn]: number
}

/** The row itself. Throws MappingError for one that holds what the other side cannot. */
export function forward(row: LegacyAnswerRow): ServiceAnswerRow {
  for (const column of TEXTS) {
    const value = row[column]
    if (typeof value !== 'string') throw new MappingError(column, 'is no text')
    if (value.includes('\u0000')) throw new MappingError(column, 'holds U+0000, which Postgres cannot')
  }
  for (const column of NUMBERS) {
    if (!Number.isSafeInteger(row[column])) throw new MappingError(column, 'is no whole number')
  }
  return row as ServiceAnswerRow
}

/** The row itself. */
export const back = (row: ServiceAnswerRow): LegacyAnswerRow => row

export const answerLens = { forward, back }
