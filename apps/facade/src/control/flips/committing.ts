import { LedgerDownError } from '../errors.ts'
import { OutcomeUnknownError } from '../mover/errors.ts'

const CONNECTION_FAULTS =
  /^(?:CONNECTION_|CONNECT_TIMEOUT|ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|57P0|57014|53300|08)/
const NEVER_CONNECTED = /^(?:ECONNREFUSED|CONNECT_TIMEOUT|ENOTFOUND|57P03|53300)$/

/** A connection that failed or was not given, a server that is shutting down, a statement that took too long. */
export function isDatabaseFault(thrown: unknown): boolean {
  return CONNECTION_FAULTS.test(codeOf(thrown))
}

/** A change of the ledger. When its connection breaks, nobody knows whether it was committed. */
export async function committing<T>(what: string, change: Promise<T>): Promise<T> {
  try {
    return await change
  } catch (cause) {
    if (NEVER_CONNECTED.test(codeOf(cause))) throw new LedgerDownError({ cause })
    if (!isDatabaseFault(cause)) throw cause
    const message = `The ledger went away while ${what} was being written: it may or may not be in it.`
    throw new OutcomeUnknownError(message, { cause })
  }
}

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
