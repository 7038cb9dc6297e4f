/** What writers could not explain, and what failed for them for now. */
export type Note = {
  /** Answers that should not have been, or did not come in time. */
  faults: string[]
  /** Requests that failed (5xx, broken connections): why. */
  failures: string[]
}

/** Longer than any wait that a flip may cause, and than what a facade gives an upstream. */
const ANSWER_WITHIN_MS = 15_000

/** Null, and noted, when there is no answer, or one that says to try again. */
export async function ask<A extends { readonly status: number; readonly body: unknown }>(
  note: Note,
  what: string,
  call: (signal: AbortSignal) => Promise<A>,
): Promise<A | null> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
  try {
    const answer = await call(signal)
    if (answer.status < 500) return answer
    note.failures.push(`${what}: ${answer.status} ${messageOf(answer.body)}`)
  } catch (cause) {
    const why = cause instanceof Error ? `${cause.message} ${cause.cause ?? ''}` : String(cause)
    if (signal.aborted) fault(note, `${what} was not answered within ${ANSWER_WITHIN_MS} ms`)
    else note.failures.push(`${what}: ${why}`)
  }
  return null
}

function messageOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : String(body)
}

export function fault({ faults }: Note, what: string): false {
  faults.push(what)
  return false
}
