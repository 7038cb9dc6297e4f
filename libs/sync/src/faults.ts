import { StoppedError, schemaDriftError, unmarkedWriteError } from './errors.ts'
import { TOMBSTONED_STATE, UNMARKED, UNMARKED_STATE } from './refusals.ts'

/**
 * What an error of one change means. `data`: this row cannot be applied as it is, others can. `drift`: the schema is
 * not the mapping's. `unmarked`: the mapping writes where its group may not. `fault`: nothing to do with the row
 * (a lock, a connection, a full disk): the whole step is tried again.
 */
export type Fault = 'data' | 'drift' | 'unmarked' | 'fault'

/** SQLSTATE classes: data exception, integrity constraint, program limit exceeded (too large a row or key). */
const DATA_CLASSES = ['22', '23', '54']
/** Undefined or duplicate column, table, function; a wrong type or none. */
const DRIFT_STATES = ['42703', '42P01', '42883', '42804', '42P02', '42701', '428C9', '42601']
const SQLITE_DATA = /^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH|RANGE)/
const SQLITE_DRIFT = /no such (table|column|function)|has no column named|syntax error/

export function judgeFault(error: unknown): Fault {
  const { code, message } = errorShape(error)
  if (code === UNMARKED_STATE || message.startsWith(UNMARKED)) return 'unmarked'
  if (code.startsWith('SQLITE_')) return judgeSqlite(code, message)
  if (code === TOMBSTONED_STATE) return 'data'
  if (DRIFT_STATES.includes(code)) return 'drift'
  // An error without a code was thrown by the mapping, as were values that a driver will not take.
  const isMapping = code === '' || code === 'UNDEFINED_VALUE' || code.startsWith('ERR_INVALID')
  return isMapping || (code.length === 5 && DATA_CLASSES.includes(code.slice(0, 2))) ? 'data' : 'fault'
}

function judgeSqlite(code: string, message: string): Fault {
  if (SQLITE_DATA.test(code)) return 'data'
  return code === 'SQLITE_ERROR' && SQLITE_DRIFT.test(message) ? 'drift' : 'fault'
}

function errorShape(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return { code, message: error.message }
}

function reasonOf(error: unknown): string {
  const { code, message } = errorShape(error)
  return code === '' ? message : `${code}: ${message}`
}

/** Why one row cannot be applied. What concerns more than the row is thrown, in our own words where it needs a person. */
export function reasonOrThrow(error: unknown): string {
  if (judgeFault(error) === 'data') return reasonOf(error)
  throw asStopped(error) ?? error
}

/** An error that stops a feed until a person has seen to it; null for one that passes. */
export function asStopped(error: unknown): StoppedError | null {
  if (error instanceof StoppedError) return error
  const fault = judgeFault(error)
  if (fault === 'drift') return schemaDriftError([reasonOf(error)], error)
  return fault === 'unmarked' ? unmarkedWriteError(error) : null
}
