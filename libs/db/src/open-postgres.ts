import postgres, { type Sql } from 'postgres'
import { textArray } from './text-array.ts'

export type PostgresOptions = {
  /** Shown in `pg_stat_activity`, so that a person sees whose connection it is. */
  applicationName: string
  /** Connections at most; they are opened when needed. */
  max?: number
  connectTimeoutMs?: number
  idleTimeoutMs?: number
  statementTimeoutMs?: number
  /** A transaction that sits idle longer is ended by the server: it would stall every feed (DESIGN §6.2). */
  idleInTransactionTimeoutMs?: number
  /** Notices of the server; without it they are dropped. */
  onNotice?: (message: string) => void
}

/**
 * A pool on `url`. Connects at the first query, not here; nothing waits without a bound.
 * The caller ends it: `await sql.end({ timeout: 5 })`.
 */
export function openPostgres(url: string, options: PostgresOptions): Sql {
  const { onNotice } = options
  return postgres(url, {
    max: options.max ?? 8,
    connect_timeout: seconds(options.connectTimeoutMs ?? 5_000),
    idle_timeout: seconds(options.idleTimeoutMs ?? 60_000),
    onnotice: (notice) => onNotice?.(notice['message'] ?? 'notice without text'),
    // The driver would ask each new connection for its array types, and nobody could catch that question's failure:
    // a server that goes away at that moment would end our process. Arrays of text are declared instead.
    fetch_types: false,
    types: { textArray },
    // The driver's own pause grows to 20 s, and whoever asks meanwhile waits it out.
    backoff: (failures) => Math.min(0.05 * 2 ** failures, 1),
    connection: {
      application_name: options.applicationName,
      statement_timeout: options.statementTimeoutMs ?? 15_000,
      idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 10_000,
    },
  })
}

const seconds = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1_000))
