import { ApiError } from '@emotibot/service-kit'
import { outcomeUnknownError, storeAwayError } from './errors.ts'
import { DeadlineError } from './within-deadline.ts'

/** The connection is gone, or there is none: of Node, of the driver, of the server. */
const GONE =
  /^(?:ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT|CONNECTION_\w+|CONNECT_TIMEOUT|08\w{3}|57P0\d)$/
/** The server answered that it cannot now: locks, limits, conflicts, read-only, a database or role being replaced. */
const REFUSED = /^(?:53\w{3}|57014|55P03|40001|40P01|25\w{3}|28\w{3}|3D000|58\w{3}|XX\w{3})$/

/**
 * What the database's failing means to a client: BUSY when nothing was done, TIMEOUT when the commit was under way and
 * the line went. Anything else is given back as it is.
 */
export function asStoreFault(thrown: unknown, { isCommitting }: { isCommitting: boolean }): unknown {
  if (thrown instanceof ApiError) return thrown
  const isGone = thrown instanceof DeadlineError || hasCode(thrown, GONE)
  if (isGone && isCommitting) return outcomeUnknownError(thrown)
  return isGone || hasCode(thrown, REFUSED) ? storeAwayError(thrown) : thrown
}

/** drizzle wraps what the driver throws, so the code may be a cause down. */
function hasCode(thrown: unknown, codes: RegExp): boolean {
  if (!(thrown instanceof Error)) return false
  const { code } = thrown as NodeJS.ErrnoException
  return (typeof code === 'string' && codes.test(code)) || hasCode(thrown.cause, codes)
}
