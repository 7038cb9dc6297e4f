/** Why a process was not reached, in words without a full stop. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'it does not answer in time'
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  return 'code' in cause && cause.code === 'ECONNREFUSED' ? 'nothing listens there' : cause.message
}
