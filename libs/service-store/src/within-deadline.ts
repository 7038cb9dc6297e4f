export class DeadlineError extends Error {
  constructor(ms: number) {
    super(`The database did not answer within ${ms} ms.`)
    this.name = 'DeadlineError'
  }
}

/** Rejects with DeadlineError when `work` takes longer; the work itself cannot be stopped from here. */
export async function withinDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new DeadlineError(ms)), ms)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
