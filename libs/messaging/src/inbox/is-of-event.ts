/** SQLSTATE classes: data exception, integrity constraint, limit exceeded, raised by a function. */
const OF_EVENT = ['22', '23', '54', 'P0']

/**
 * Whether an event is to blame for what its handler threw: then the others can go on without it. Everything else (no
 * connection, a lock, a full disk, a table that is missing) would meet the next event as well, and passes or is mended.
 */
export function isOfEvent(error: unknown): boolean {
  if (!(error instanceof Error)) return true
  // drizzle wraps what the driver throws.
  if (!('code' in error) && error.cause instanceof Error) return isOfEvent(error.cause)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const isOwn = code === '' || code === 'UNDEFINED_VALUE' || code.startsWith('ERR_INVALID')
  return isOwn || (code.length === 5 && OF_EVENT.includes(code.slice(0, 2)))
}

export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 1_000).replaceAll('\0', '\uFFFD')
