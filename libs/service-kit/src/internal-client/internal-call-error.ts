/** Another domain could not be asked, or its answer not be read. Whether it did what it was asked is not known. */
export class InternalCallError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'InternalCallError'
  }

  static of(call: string, cause: unknown, deadlineMs: number): InternalCallError {
    return new InternalCallError(`${call} was not answered: ${reasonOf(cause, deadlineMs)}.`, { cause })
  }

  static ofNobody(method: string, path: string): InternalCallError {
    return new InternalCallError(
      `${method} ${path} was asked of nobody: EMOTIBOT_INTERNAL_URL, the facade's internal port, is not set.`,
    )
  }
}

function reasonOf(cause: unknown, deadlineMs: number): string {
  if (!(cause instanceof Error)) return String(cause)
  if (cause.name === 'TimeoutError') return `no whole answer within ${deadlineMs} ms`
  if (cause.name === 'AbortError') return 'who asked left'
  // `fetch` says only that it failed, with a TypeError; why stands in its cause.
  const inner = cause instanceof TypeError ? cause.cause : null
  return inner instanceof Error ? messageOf(inner) : cause.message
}

/** An attempt at several addresses fails with a list of reasons and no message of its own. */
const messageOf = (error: Error & { code?: string }): string => error.message || (error.code ?? error.name)
