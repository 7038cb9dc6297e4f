// One session in two stores. In the monolith a session that is over is not there; the service keeps it, revoked. So
// `back` gives null for a revoked one, and what comes back from the monolith is never revoked.
import { idOf, type LegacyValue, MappingError } from '@emotibot/sync'

/** `sessions` of the monolith, as SQLite gives it. */
export type LegacySessionRow = {
  readonly id: LegacyValue
  readonly user_id: LegacyValue
  readonly created_at_ms: LegacyValue
  readonly expires_at_ms: LegacyValue
}

/** `sessions` of the auth service, as Postgres gives it (the times as numbers). */
export type ServiceSessionRow = {
  readonly id: string
  readonly user_id: string
  readonly created_at_ms: number
  readonly expires_at_ms: number
  readonly revoked_at_ms: number | null
}

/**
 * The service row for a legacy row; `held` is the one there is, or null. A session that was revoked here stays
 * revoked, whatever the other side still shows. Throws MappingError for a row with no place.
 */
export function forward(row: LegacySessionRow, held: ServiceSessionRow | null): ServiceSessionRow {
  return {
    id: idOf('id', row.id),
    user_id: idOf('user_id', row.user_id),
    created_at_ms: timeOf('created_at_ms', row.created_at_ms),
    expires_at_ms: timeOf('expires_at_ms', row.expires_at_ms),
    revoked_at_ms: held?.revoked_at_ms ?? null,
  }
}

/** The legacy row for a service row; null where the monolith must have none. */
export function back(row: ServiceSessionRow): LegacySessionRow | null {
  if (row.revoked_at_ms !== null) return null
  const { id, user_id, created_at_ms, expires_at_ms } = row
  return { id, user_id, created_at_ms, expires_at_ms }
}

export const sessionLens = { forward, back }

function timeOf(column: string, value: LegacyValue): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new MappingError(column, 'is no whole number of milliseconds')
  return value
}
